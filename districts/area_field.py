"""A polygon as text in a form: GeoJSON, readable by any map tool, with no map library from elsewhere."""

import json
from typing import Any

import shapely
from django import forms
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from districts.geometry import polygons_of

WGS84 = 4326
_TEXT_OPTIONS = {"required", "label", "initial", "help_text", "error_messages", "disabled"}


class AreaField(forms.CharField):
    """Takes and shows a Polygon or MultiPolygon as a GeoJSON geometry or feature, longitude first."""

    widget = forms.Textarea
    default_error_messages = {
        "not_geojson": _("This is no GeoJSON polygon. Paste a Polygon, a MultiPolygon or a Feature of one."),
        "not_degrees": _("The coordinates can't be degrees. Longitude comes first."),
        "crossing": _("The outline crosses itself: %(reason)s"),
    }

    def __init__(self, **options: Any) -> None:
        # The model's field passes what a form field of geometry needs, and text doesn't.
        given = {name: options[name] for name in _TEXT_OPTIONS & options.keys()}
        help_text = given.pop("help_text", "") or _("GeoJSON in degrees, longitude first.")
        super().__init__(help_text=help_text, **given)

    def prepare_value(self, value: Any) -> Any:
        """To the last digit, so that saving a form leaves the polygon as it was."""
        is_stored = isinstance(value, GEOSGeometry)
        return shapely.to_geojson(shapely.from_wkb(bytes(value.wkb))) if is_stored else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self._area(text) if text else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = self.prepare_value(initial) or ""
        try:
            return bool(json.loads(before or "null") != json.loads(data or "null"))
        except ValueError:
            return True

    def _area(self, text: str) -> GEOSGeometry:
        polygon = self._read(text)
        corners = shapely.get_coordinates(polygon)
        if not (abs(corners) <= [180, 90]).all():
            raise ValidationError(self.error_messages["not_degrees"], code="not_degrees")
        if not polygon.is_valid:
            params = {"reason": shapely.is_valid_reason(polygon)}
            raise ValidationError(self.error_messages["crossing"], code="crossing", params=params)
        return GEOSGeometry(memoryview(shapely.to_wkb(polygon)), srid=WGS84)

    def _read(self, text: str) -> shapely.MultiPolygon:
        try:
            raw = json.loads(text)
            geometry = shapely.from_geojson(json.dumps(raw.get("geometry") or raw))
            area = polygons_of(shapely.force_2d(geometry))
        except (AttributeError, ValueError, shapely.errors.ShapelyError) as error:
            raise ValidationError(self.error_messages["not_geojson"], code="not_geojson") from error
        if area.is_empty:
            raise ValidationError(self.error_messages["not_geojson"], code="not_geojson")
        return area
