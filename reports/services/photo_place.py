"""What a photo says of its place: a proposal, to be confirmed by whoever sends it."""

from datetime import datetime

from districts.locating import locate
from reports import storage
from reports.imaging.capture import read_capture
from reports.imaging.refusals import PhotoRefused, ProcessingFailed
from reports.models import Photo

LonLat = tuple[float, float]


def propose_place(photo: Photo, *, at: datetime) -> LonLat | None:
    """Where the photo was taken (lon, lat), if it says so and is under 24 hours old and in the city.

    Reads the metadata of a waiting photo in a child process: tens of milliseconds.
    """
    try:
        with storage.open_stored(photo.origin.path) as file:
            captured = read_capture(file, name=photo.name)
    except (PhotoRefused, ProcessingFailed, FileNotFoundError):
        return None
    if captured.lon is None or captured.lat is None or not captured.is_recent(at):
        return None
    place = (captured.lon, captured.lat)
    found = locate(point=place, accuracy_m=captured.accuracy_m, at=at)
    return place if found.district else None
