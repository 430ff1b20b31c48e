"""Plain functions that make what tests need: districts with borders, people, categories, reports, photos."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import User
from districts import locating
from districts.models import Boundary, District, DistrictKind, Membership, Role, WorkingCalendar
from reports.models import Category, CategoryGroup, Channel, Photo, PhotoRole, Report
from reports.progress_table import JobFact
from reports.services.changing import changing
from reports.services.create import create_report
from reports.services.draft import ContactDraft, ReportDraft
from reports.services.photos import accept_upload
from reports.services.progress import follow_jobs

# The clock of tests/conftest.py: nine on a Tuesday morning in Sofia.
NOW = datetime(2026, 11, 3, 9, 0, tzinfo=ZoneInfo("Europe/Sofia"))
# West, south, east, north. The two share the edge at 23.35; (23.35, 42.65) is on it.
LEFT = (23.30, 42.60, 23.35, 42.70)
RIGHT = (23.35, 42.60, 23.40, 42.70)
IN_LEFT = (23.32, 42.65)
IN_RIGHT = (23.38, 42.65)
ON_THE_EDGE = (23.35, 42.65)
OUTSIDE = (23.10, 42.65)
WORKDAY = [["09:00", "17:00"]]

Box = tuple[float, float, float, float]
LonLat = tuple[float, float]
_numbers = count(1)


def make_calendar(**fields: Any) -> WorkingCalendar:
    """Monday to Friday, nine to five, with Bulgaria's holidays."""
    hours = {str(day): WORKDAY if day < 5 else [] for day in range(7)}
    return WorkingCalendar.objects.create(**({"name": "Office", "country": "BG", "hours": hours} | fields))


def make_district(
    code: str = "left", box: Box | None = LEFT, *, calendar: WorkingCalendar | None = None, **fields: Any
) -> District:
    """A district with a border valid since 2020; without a `box` a city-wide body."""
    kind = DistrictKind.DISTRICT if box else DistrictKind.CITYWIDE
    defaults = {"names": {"en": code.title(), "bg": f"Район {code}"}, "kind": kind, "calendar": calendar}
    district = District.objects.create(code=code, **(defaults | fields))
    if box:
        polygon = MultiPolygon(Polygon.from_bbox(box), srid=4326)
        Boundary.objects.create(district=district, polygon=polygon, valid_from=date(2020, 1, 1))
    locating.forget()
    return district


def make_city() -> tuple[District, District]:
    """Two neighbours, "left" and "right", that work nine to five."""
    calendar = make_calendar()
    return make_district("left", LEFT, calendar=calendar), make_district("right", RIGHT, calendar=calendar)


def make_user(**fields: Any) -> User:
    number = next(_numbers)
    defaults = {"email": f"person{number}@example.org", "name": f"Person {number}"}
    return User.objects.create_user(**(defaults | fields))


def make_staff(district: District | None, role: Role = Role.DISPATCHER, **fields: Any) -> User:
    """Somebody with this role in the district; a city administrator without one."""
    user = make_user(**fields)
    Membership.objects.create(user=user, district=district, role=role if district else Role.ADMINISTRATOR)
    return user


def make_category(code: str = "pothole", **fields: Any) -> Category:
    """Seen within a working day of eight hours, fixed within five."""
    group, _is_new = CategoryGroup.objects.get_or_create(code="roads", defaults={"names": {"en": "Roads"}})
    defaults = {
        "group": group,
        "names": {"en": code.title(), "bg": f"Вид {code}"},
        "acknowledge_within_s": 8 * 3600,
        "resolve_within_s": 40 * 3600,
    }
    return Category.objects.create(code=code, **(defaults | fields))


def make_draft(
    *, category: str = "pothole", point: LonLat = IN_LEFT, photos: Sequence[UUID] = (), **fields: Any
) -> ReportDraft:
    defaults: dict[str, Any] = {"uuid": uuid4(), "description": "A deep hole.", "language": "en"}
    lon, lat = point
    return ReportDraft(lon=lon, lat=lat, category=category, photo_ids=tuple(photos), **(defaults | fields))


def make_report(
    *,
    at: datetime = NOW,
    actor: User | None = None,
    channel: Channel = Channel.WEB,
    email: str = "",
    category: str = "pothole",
    **fields: Any,
) -> Report:
    """A report as create_report makes it; the city and the category are made when there are none."""
    if not District.objects.exists():
        make_city()
    if not Category.objects.filter(code=category).exists():
        make_category(category)
    contact = ContactDraft(email=email)
    draft = make_draft(category=category, contact=contact, **fields)
    return create_report(draft=draft, channel=channel, actor=actor, at=at).report


def follow(report: Report, *facts: JobFact, actor: User | None = None, at: datetime = NOW) -> Report:
    """The report after its jobs, which a test invents, have come to this."""
    with changing(report.pk) as locked:
        follow_jobs(report=locked, job_facts=facts, actor=actor, at=at)
    return locked


def jpeg_bytes(
    size: tuple[int, int] = (640, 480),
    colour: tuple[int, int, int] = (90, 120, 90),
    *,
    taken_at: datetime | None = None,
    point: LonLat | None = None,
) -> bytes:
    """A JPEG of one colour; with the time and place that a phone writes into it."""
    out = BytesIO()
    exif = _exif(taken_at, point)
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def make_photo(
    *,
    content: bytes | None = None,
    uploader: User | None = None,
    role: PhotoRole = PhotoRole.RESIDENT,
    at: datetime = NOW,
    photo_id: UUID | None = None,
    name: str = "photo.jpg",
) -> Photo:
    """A photo that waits, as accept_upload makes it. Each has bytes of its own."""
    number = next(_numbers)
    own = content or jpeg_bytes(colour=(number % 256, number // 256 % 256, 60))
    return accept_upload(ContentFile(own), name=name, uploader=uploader, role=role, photo_id=photo_id, at=at)


def _exif(taken_at: datetime | None, point: LonLat | None) -> Image.Exif:
    exif = Image.Exif()
    if taken_at is not None:
        shown = taken_at.strftime("%Y:%m:%d %H:%M:%S")
        offset = taken_at.strftime("%z")
        exif.get_ifd(0x8769).update({0x9003: shown, 0x9011: f"{offset[:3]}:{offset[3:]}"})
    if point is not None:
        lon, lat = point
        exif.get_ifd(0x8825).update(
            {1: "N" if lat >= 0 else "S", 2: _degrees(lat), 3: "E" if lon >= 0 else "W", 4: _degrees(lon)}
        )
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(abs(value) * 3600, 60)
    degrees, minutes = divmod(minutes, 60)
    return degrees, minutes, round(seconds, 4)


DAY = timedelta(days=1)
