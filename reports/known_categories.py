"""Every category, kept in the process: looked at with each report that comes in, changed once a month."""

from reports.keeping import Kept
from reports.models import Category


def find_category(code: str) -> Category | None:
    """The offered category with this code. Shared between threads: not to be changed."""
    return _offered.get().get(code)


def _load() -> dict[str, Category]:
    return {category.code: category for category in Category.objects.filter(is_active=True)}


_offered = Kept(_load)
