"""What a device says of a photo that it took: private, and no proof."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.gis.geos import Point

from reports.models import PhotoOrigin


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """When and where (lon, lat; within so many metres) the device took the photo, and by camera or gallery.

    `source` is a PhotoSource, or "".
    """

    taken_at: datetime | None = None
    point: tuple[float, float] | None = None
    accuracy_m: float | None = None
    source: str = ""


def keep_device_facts(*, photo_id: UUID, told: DeviceFacts) -> None:
    """Keep what the device says, unless the picture itself has told. Repeating it changes nothing."""
    origin = PhotoOrigin.objects.filter(photo=photo_id)
    if told.taken_at is not None:
        origin.filter(taken_at=None).update(taken_at=told.taken_at)
    if told.point is not None:
        place = Point(*told.point, srid=4326)
        origin.filter(point=None).update(point=place, accuracy_m=told.accuracy_m)
    if told.source:
        origin.filter(source="").update(source=told.source)
