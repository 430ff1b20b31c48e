"""What can be reported."""

from django.db.models import Prefetch

from reports.models import Category, CategoryGroup


def list_category_groups() -> list[CategoryGroup]:
    """The groups in order, each with its offered categories in `offered`; groups without any are left out.

    Two queries.
    """
    offered = Prefetch("categories", queryset=Category.objects.filter(is_active=True), to_attr="offered")
    groups = CategoryGroup.objects.filter(categories__is_active=True).distinct()
    return list(groups.prefetch_related(offered))
