"""The map's style, its data and its base."""
