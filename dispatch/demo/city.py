"""Builds the demo city: areas, calendar, categories, people, and its last ninety days."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from django.db import transaction
from django.utils import timezone

from dispatch.demo import border, boundaries
from dispatch.demo.categories import CATEGORIES, DANGER_NOTICE, GROUPS, POTHOLE_QUESTIONS, DemoCategory
from dispatch.demo.people import make_people, place_crews
from dispatch.demo.pictures import Pool
from dispatch.demo.proofs import look_at_proofs
from dispatch.demo.replies import make_templates
from dispatch.demo.shifts import plan_shifts, share_a_crew
from dispatch.demo.story import Scene, Teller
from dispatch.demo.texts import DESCRIPTIONS, PLACES
from dispatch.services.promised_times import look_at_due_reports
from districts.gazetteer import Place, list_places
from districts.locating import Certainty, locate
from districts.models import District, DistrictKind, WorkingCalendar
from reports.models import Category, CategoryGroup, Urgency
from reports.services.resident import close_silent_reports

DAYS = 90
VALID_FROM = date(2020, 1, 1)
OFFICE_HOURS = {str(day): [["08:30", "17:30"]] for day in range(5)}
# The district whose desk the demo shows first has a fuller queue than the others.
SHOWN = "09"
SHOWN_SHARE = 0.22
_SEED = 2026


def build_city(
    folder: Path,
    *,
    reports: int,
    now: datetime,
    given: tuple[str, str, list[str]] | None,
    say: Callable[[str], object],
) -> None:
    """All or nothing, in one transaction. `given`: a file of districts, its code and its name fields."""
    with transaction.atomic():
        _build(folder, Random(_SEED), reports=reports, now=now, given=given, say=say)


def _build(
    folder: Path,
    random: Random,
    *,
    reports: int,
    now: datetime,
    given: tuple[str, str, list[str]] | None,
    say: Callable[[str], object],
) -> None:
    say("Districts and neighbourhoods …")
    if given:
        boundaries.import_given(*given, valid_from=VALID_FROM)
    else:
        boundaries.import_own(folder, valid_from=VALID_FROM)
    _give_calendar()
    _make_categories()
    make_templates()
    districts = list(District.objects.filter(kind=DistrictKind.DISTRICT).order_by("position", "code"))
    make_people(districts, random)
    say("Photos …")
    pool = Pool(folder / "scenes", random)
    say(f"{reports} reports of the last {DAYS} days …")
    spots = _tell_reports(Teller(pool, random, now=now), random, count=reports, now=now)
    look_at_proofs(now=now)
    place_crews(spots, random, at=now)
    plan_shifts(now=now)
    share_a_crew(SHOWN, now=now)
    while close_silent_reports(at=now):
        pass
    while look_at_due_reports(at=now, quietly=True):
        pass


def _give_calendar() -> None:
    calendar, _made = WorkingCalendar.objects.get_or_create(
        name="България, делнични дни",
        defaults={"country": "BG", "time_zone": timezone.get_default_timezone_name(), "hours": OFFICE_HOURS},
    )
    for district in District.objects.filter(calendar=None):
        district.calendar = calendar
        district.save(update_fields=["calendar"])


def _make_categories() -> None:
    groups = {
        code: CategoryGroup.objects.create(code=code, names=names, position=position)
        for position, (code, names) in enumerate(GROUPS.items())
    }
    Category.objects.bulk_create(
        [_category(demo, groups[demo.group], position) for position, demo in enumerate(CATEGORIES)]
    )


def _category(demo: DemoCategory, group: CategoryGroup, position: int) -> Category:
    return Category(
        code=demo.code,
        group=group,
        names=demo.names,
        icon=demo.icon,
        keywords=demo.keywords,
        urgency=demo.urgency,
        acknowledge_within_s=demo.see_h * 3600,
        resolve_within_s=demo.fix_h * 3600,
        guarantee_days=demo.guarantee_days,
        is_private=demo.is_private,
        questions=POTHOLE_QUESTIONS if demo.code == "pothole" else [],
        danger_notices=DANGER_NOTICE if demo.urgency == Urgency.DANGER else {},
        position=position,
    )


def _tell_reports(
    teller: Teller, random: Random, *, count: int, now: datetime
) -> dict[int, list[tuple[float, float]]]:
    """Tell them oldest first; returns where they lie, by the district that each went to."""
    places = list(list_places(on=timezone.localdate(now)))
    quarters = [place for place in places if place.key.startswith("n:")] or places
    spots: dict[int, list[tuple[float, float]]] = {}
    at_border = border.how_many(count)
    for received_at in sorted(_moment(random, now) for _ in range(count - at_border)):
        scene = _scene(random, random.choice(_pick(random, quarters)), received_at)
        while _lies_outside(scene):
            scene = _scene(random, random.choice(_pick(random, quarters)), received_at)
        report = teller.tell(scene)
        spots.setdefault(report.district_id, []).append((report.point.x, report.point.y))
    shown = [place for place in quarters if place.district == SHOWN]
    border.tell_border(
        teller,
        border.find_spots(random, SHOWN, at=now),
        lambda received_at: _scene(random, random.choice(shown), received_at),
        count=at_border,
        now=now,
    )
    return spots


def _lies_outside(scene: Scene) -> bool:
    found = locate(point=scene.place, category=scene.category.code, at=scene.received_at)
    return found.certainty == Certainty.OUTSIDE


def _pick(random: Random, quarters: list[Place]) -> list[Place]:
    shown = [place for place in quarters if place.district == SHOWN]
    return shown if shown and random.random() < SHOWN_SHARE else quarters


def _moment(random: Random, now: datetime) -> datetime:
    """Over ninety days, more of them lately, by day rather than at night."""
    back = DAYS * random.random() ** 2.4
    moment = timezone.localtime(now - timedelta(days=back))
    by_day = moment.replace(hour=random.randint(7, 20), minute=random.randint(0, 59))
    return min(by_day, now - timedelta(minutes=random.randint(2, 400)))


def _scene(random: Random, place: Place, received_at: datetime) -> Scene:
    category = random.choices(CATEGORIES, [_weight(category) for category in CATEGORIES])[0]
    language = "bg" if random.random() < 0.8 else "en"
    spread = min(place.reach_m, 700) / 111_000 * 0.45
    where = random.choice(PLACES[language]).format(n=random.randint(1, 120))
    return Scene(
        category=category,
        place=(place.lon + random.gauss(0, spread) * 1.3, place.lat + random.gauss(0, spread)),
        address=f"{dict(place.names).get(language) or place.name}, {where}",
        description=random.choice(DESCRIPTIONS[category.code][language]),
        language=language,
        received_at=received_at,
        seed=random.randint(0, 99),
        photos=random.choices([0, 1, 2], [12, 72, 16])[0],
    )


def _weight(category: DemoCategory) -> int:
    return {"pothole": 6, "dumped-litter": 6, "full-container": 5, "homeless-person": 1, "other": 1}.get(
        category.code, 3
    )
