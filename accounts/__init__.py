"""People: the user, sign-in, second factor, tokens; and what every floor above shares (errors, languages, limits)."""
