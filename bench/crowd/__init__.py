"""Thousands of sockets against real server processes: what bench/live.py stands on."""
