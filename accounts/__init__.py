"""People: the user, sign-in, second factor, tokens; what every floor above shares (errors, limits)."""
