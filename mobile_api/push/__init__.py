"""Waking the phones of a crew that does not answer on its socket. A push only ever says "sync now"."""
