"""Mahala's settings, entry points and servers: the top floor, which may import every app."""
