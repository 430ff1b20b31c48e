"""Reads format and size from a picture's headers, in plain Python, bounded, without decoding a pixel."""
