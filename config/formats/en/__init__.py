"""English dates, as they are written in Europe."""
