"""From what a form says of a place to a point: coordinates, an area, words, or a photo's own position."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone

from districts.gazetteer import Place, find_place, find_places
from reports.models import Photo
from reports.services.photo_place import propose_place

_PAIR = re.compile(r"^\s*(-?\d+[.,]?\d*)\s*[,;\s]\s*(-?\d+[.,]?\d*)\s*$")


@dataclass(frozen=True)
class GivenPlace:
    """The point as text for the reader of drafts, and what still needs the person's confirmation.

    `proposed` is "photo" or "words" when the person did not choose the point: the form is shown again.
    """

    lat: str = ""
    lon: str = ""
    accuracy: str = ""
    area: str = ""
    proposed: str = ""

    @property
    def is_known(self) -> bool:
        return bool(self.lat or self.lon)


def read_place(form: QueryDict, photos: Sequence[Photo], *, at: datetime) -> GivenPlace:
    """The first that is given: coordinates, an area, a recent photo's position, words that name a place."""
    lat, lon = form.get("lat", "").strip(), form.get("lon", "").strip()
    if lat or lon:
        return _from_coordinates(lat, lon, form.get("accuracy", ""))
    on = timezone.localdate(at)
    area = find_place(form.get("area", ""), on=on)
    if area:
        return _from_area(area)
    return _from_photos(photos, at=at) or _from_words(form.get("address", ""), at=at)


def _from_coordinates(lat: str, lon: str, accuracy: str) -> GivenPlace:
    pair = _PAIR.match(lat) if not lon else None
    if pair:
        lat, lon = pair.groups()
    return GivenPlace(lat=lat, lon=lon, accuracy=accuracy)


def _from_area(area: Place, *, proposed: str = "") -> GivenPlace:
    lat, lon = f"{area.lat:.6f}", f"{area.lon:.6f}"
    return GivenPlace(lat, lon, f"{area.reach_m:.0f}", area.key, proposed)


def _from_photos(photos: Sequence[Photo], *, at: datetime) -> GivenPlace | None:
    for photo in photos:
        point = propose_place(photo, at=at)
        if point:
            return GivenPlace(lat=f"{point[1]:.6f}", lon=f"{point[0]:.6f}", proposed="photo")
    return None


def _from_words(address: str, *, at: datetime) -> GivenPlace:
    found = find_places(address, on=timezone.localdate(at))
    return _from_area(found[0], proposed="words") if found else GivenPlace()
