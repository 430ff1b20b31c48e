"""Pages of a GeoJSON list, and its box filter."""

from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_gis.filters import InBBoxFilter

from districts.spatial import within_bbox
from mobile_api.features import Facts, collection
from mobile_api.refusals import Invalid
from reports.models import Report


class FeaturePages(CursorPagination):
    """By position, not by number: page 1,000 costs what page 1 costs. `next` is null on the last one."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "limit"
    page_size_query_description = "Reports in a page, at most 500."

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> tuple[str, ...]:
        """Set by the view from a checked parameter; the key makes it total."""
        order: str = view.ordering  # type: ignore[attr-defined]
        return order, "-id" if order.startswith("-") else "id"

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Raises NotFound for a cursor that is not one of ours: its position is a moment with a time zone."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _is_moment(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def get_paginated_response(self, data: list[Facts]) -> Response:
        links = {"next": self.get_next_link(), "previous": self.get_previous_link()}
        return Response(collection(data, **links))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["type", "next", "previous", "features"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "next": link,
                "previous": link,
                "features": schema,
            },
        }


class BoxFilter(InBBoxFilter):  # type: ignore[misc]
    """`in_bbox=west,south,east,north` in degrees, through the spatial index of both databases."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Report], view: APIView
    ) -> QuerySet[Report]:
        text = request.query_params.get(self.bbox_param)
        return within_bbox(queryset, "point", *_read_box(text)) if text else queryset


def _is_moment(text: str) -> bool:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return False
    return moment is not None and is_aware(moment)


def _read_box(text: str) -> tuple[float, float, float, float]:
    """Raises Invalid, also for numbers that are no degrees or a box that is turned inside out."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise _bad_box() from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad_box()
    return west, south, east, north


def _bad_box() -> Invalid:
    return Invalid({"in_bbox": _("Four numbers in degrees are needed: west,south,east,north.")})
