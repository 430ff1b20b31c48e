"""What the desk does with a report: each act is a form, and one call of a service."""
