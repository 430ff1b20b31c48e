"""Which base the settings name: a PMTiles file served from here, the operator's tiles, or nothing."""

from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from districts.mapping.style import Base, BaseKind

OSM_CREDIT = (
    '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap</a>'  # its licence asks for this link
)
VECTOR_ENDINGS = (".pbf", ".mvt")


def get_base() -> Base:
    """The file wins over the tiles; its address changes with it, so browsers may keep what they have read."""
    if settings.BASEMAP_FILE is not None:
        address = f"{reverse('mapping:basemap')}?v={file_version(settings.BASEMAP_FILE)}"
        return Base(BaseKind.PMTILES, address, settings.TILES_ATTRIBUTION or OSM_CREDIT)
    if settings.TILES_URL:
        is_vector = urlsplit(settings.TILES_URL).path.endswith(VECTOR_ENDINGS)
        kind = BaseKind.VECTOR if is_vector else BaseKind.RASTER
        return Base(kind, settings.TILES_URL, settings.TILES_ATTRIBUTION or OSM_CREDIT)
    return Base()


def file_version(path: Path) -> str:
    """Changes when the file is replaced: its size and the time of its last change."""
    facts = path.stat()
    return f"{facts.st_size:x}-{facts.st_mtime_ns:x}"
