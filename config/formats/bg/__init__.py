"""Bulgarian dates and numbers."""
