"""Dates and numbers by language, where Django's own formats don't read well in a sentence."""
