"""Fixtures of the test bed: server processes and a browser."""
