"""Words of the API's description as a page shows them."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_CODE = re.compile(r"`([^`]+)`")


@register.filter
def told(words: str) -> SafeString:
    """`so` in code. The values that a generator lists are listed by the page already."""
    lines = [line for line in words.splitlines() if not line.startswith("* `")]
    plain = escape(" ".join(lines).strip())
    return mark_safe(_CODE.sub(r"<code>\1</code>", plain))  # noqa: S308 (escaped above)
