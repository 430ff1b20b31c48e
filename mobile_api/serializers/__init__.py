"""Shapes of what the API takes and gives; the services check what the values must be."""
