"""A district's numbers for its supervisor: what waits, what is late, what comes back, how long it took."""
