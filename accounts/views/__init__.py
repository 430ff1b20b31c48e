"""Pages of sign-in and of the person's own account; all work without JavaScript."""
