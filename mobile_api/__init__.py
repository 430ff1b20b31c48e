"""How others talk to us: /api/v1."""
