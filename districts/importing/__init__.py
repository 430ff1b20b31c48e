"""Taking over areas from the files that cities have: read, check, tell, then write all or nothing."""
