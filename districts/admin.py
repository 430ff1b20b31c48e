"""The administration of districts, boundaries, neighbourhoods, rules, calendars and memberships."""

from typing import Any

from django.contrib import admin
from django.contrib.gis.db.models import MultiPolygonField
from django.db.models import QuerySet, URLField
from django.http import HttpRequest

from accounts.list_labels import LabelledList
from districts.area_field import AreaField
from districts.models import Boundary, District, Membership, Neighbourhood, RoutingRule, WorkingCalendar
from districts.models.version import ResponsibilityModel

# Polygons are text here: GeoDjango's map widget would load its library from a foreign host.
FIELDS: Any = {
    MultiPolygonField: {"form_class": AreaField},
    URLField: {"assume_scheme": "https"},
}


class ResponsibilityAdmin(LabelledList):
    """Lists without the polygons, which may weigh megabytes."""

    formfield_overrides = FIELDS
    heavy: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[ResponsibilityModel]:
        found = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and (match.url_name or "").endswith("_changelist")
        return found.defer(*self.heavy) if is_list else found


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(District)
class DistrictAdmin(ResponsibilityAdmin):
    list_display = ("code", "name", "kind", "calendar", "email", "phone", "position")
    list_editable = ("position",)
    list_filter = ("kind", "calendar")
    list_select_related = ("calendar",)
    search_fields = ("code", "names")
    inlines = (MembershipInline,)


@admin.register(Boundary)
class BoundaryAdmin(ResponsibilityAdmin):
    heavy = ("polygon",)
    list_display = ("district", "valid_from", "valid_to", "approximate", "source")
    list_filter = ("approximate", "district")
    list_select_related = ("district",)
    date_hierarchy = "valid_from"


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(ResponsibilityAdmin):
    heavy = ("polygon",)
    list_display = ("code", "name", "slug", "district", "head", "approximate")
    list_filter = ("district", "approximate")
    list_select_related = ("district", "head")
    search_fields = ("code", "names", "slug")
    autocomplete_fields = ("head",)


@admin.register(RoutingRule)
class RoutingRuleAdmin(ResponsibilityAdmin):
    heavy = ("area",)
    list_display = ("name", "position", "district", "categories", "valid_from", "valid_to", "is_active")
    list_editable = ("position", "is_active")
    list_filter = ("is_active", "district")
    list_select_related = ("district",)
    search_fields = ("name", "categories")


@admin.register(WorkingCalendar)
class WorkingCalendarAdmin(ResponsibilityAdmin):
    list_display = ("name", "country", "subdivision", "time_zone")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "district", "role")
    list_filter = ("role", "district")
    list_select_related = ("user", "district")
    search_fields = ("user__email", "user__name")
    autocomplete_fields = ("user",)
