"""The fonts of names on the map.

The style names no glyph server: MapLibre draws each letter itself from the fonts of the page. The first name
of a stack only tells the weight ("Semibold"); the families that exist follow.
"""

FAMILIES = ["Sofia Sans Variable", "Noto Sans Arabic Variable", "system-ui"]
TEXT_FONT = ["Mahala Medium", *FAMILIES]
NAME_FONT = ["Mahala Semibold", *FAMILIES]
STRONG_FONT = ["Mahala Bold", *FAMILIES]
