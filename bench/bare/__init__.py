"""What taking in a report is measured against: the same site with one more view, which inserts one row."""
