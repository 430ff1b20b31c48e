"""The supervisor's statistics: what is counted, that nothing late is hidden, who may look, what it costs."""

import csv
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries

from accounts.errors import DomainError
from dispatch.models import Job, JobStatus, Repair
from dispatch.selectors.filters import Filters
from dispatch.stats import counting
from dispatch.stats.counting import count_open, count_received
from dispatch.stats.scope import By, Scope
from dispatch.stats.timing import measure_times
from districts.calendars import working_seconds_between
from districts.models import Neighbourhood, Role
from districts.working_clock import WorkingClock
from reports.models import Outcome, Report, Update
from reports.models import ReportStatus as S
from reports.selectors.queue import queued
from reports.working_hours import calendar_of
from tests.dispatch.desks import Person
from tests.factories import LEFT, NOW, make_category, make_city, make_report, make_staff, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class City:
    """The left district with reports that came in ten days ago, promised within three; it is NOW."""

    came_at = NOW - 10 * DAY
    due_at = NOW - 7 * DAY

    def __init__(self) -> None:
        self.left, self.right = make_city()
        make_category("pothole")
        make_category("lamp")

    def report(self, status: S = S.RECEIVED, **fields: Any) -> Report:
        report = make_report(
            category=fields.pop("category", "pothole"), at=fields.get("received_at", self.came_at)
        )
        told = {"status": status, "acknowledge_due_at": self.due_at, "resolve_due_at": self.due_at}
        Report.objects.filter(pk=report.pk).update(**(told | fields))
        report.refresh_from_db()
        return report

    def ended(self, status: S, at: datetime, **fields: Any) -> Report:
        report = self.report(status, changed_at=at, acknowledged_at=at, **fields)
        Update.objects.create(report=report, kind=Update.Kind.STATUS, status=status, at=at)
        return report

    def fixed(self, at: datetime, **fields: Any) -> Report:
        return self.report(S.RESOLVED, resolved_at=at, acknowledged_at=at, **fields)

    def scope(self, **given: str) -> Scope:
        return Scope.read(given, district_id=self.left.pk, at=NOW)

    def received(self, **given: str) -> dict[str, int]:
        """All lines together."""
        found = count_received(self.scope(**given), at=NOW)
        return dict(sum(found.values(), start=type(next(iter(found.values())))()))


@pytest.fixture
def city(db: None) -> City:
    return City()


def test_no_way_of_ending_a_report_hides_that_it_came_late(city: City) -> None:
    late, early = city.due_at + DAY, city.due_at - DAY
    city.fixed(early)
    city.fixed(late)
    for status in (S.REJECTED, S.REFERRED):
        city.ended(status, early)
        city.ended(status, late)
    # Touched long after it had ended in time.
    Report.objects.filter(pk=city.ended(S.REJECTED, early).pk).update(changed_at=NOW)
    city.report(S.WAITING, waiting_since=city.came_at)
    city.report(S.WAITING, waiting_since=city.came_at, resolve_due_at=NOW + DAY)
    city.report(S.IN_PROGRESS)
    counts = city.received()
    assert counts["received"] == 10
    assert (counts["fixed"], counts["fixed_late"]) == (2, 1)
    assert (counts["rejected"], counts["rejected_late"]) == (3, 1)
    assert (counts["referred"], counts["referred_late"]) == (2, 1)
    assert (counts["waiting"], counts["waiting_late"]) == (2, 1)
    assert (counts["open"], counts["open_late"]) == (1, 1)
    assert counts["late"] == 5


def test_a_merged_report_is_late_until_the_one_it_went_into_is_fixed(city: City) -> None:
    soon = city.came_at + HOUR
    in_time = city.fixed(city.due_at - HOUR, category="lamp")
    too_late = city.fixed(city.due_at + HOUR, category="lamp")
    still_open = city.report(S.PLANNED, resolve_due_at=NOW + DAY, acknowledged_at=soon, category="lamp")
    for original in (in_time, too_late, still_open):
        city.ended(S.DUPLICATE, soon, duplicate_of=original)
    counts = city.received(category="pothole")
    assert (counts["received"], counts["merged"], counts["merged_late"]) == (3, 3, 2)


def test_what_a_crew_did_not_find_is_told_apart_from_what_the_desk_refused(city: City) -> None:
    city.ended(S.REJECTED, city.due_at + DAY)
    for at in (city.due_at - DAY, city.due_at + DAY):
        report = city.ended(S.REJECTED, at)
        for _again in range(2):
            finished(report, at)
    reopened = city.ended(
        S.REJECTED, city.due_at - HOUR, reopened_at=city.due_at - 2 * HOUR, reopened_count=1
    )
    finished(reopened, city.due_at - 3 * HOUR)  # before it was reopened: the desk refused it afterwards
    counts = city.received()
    assert (counts["nothing_found"], counts["nothing_found_late"]) == (2, 1)
    assert (counts["rejected"], counts["rejected_late"]) == (2, 1)
    assert counts["reopened"] == 1


def test_a_report_that_is_corrected_while_it_is_counted_breaks_nothing(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = city.ended(S.REJECTED, city.due_at + DAY)
    finished(late, city.due_at + DAY)
    monkeypatch.setattr(counting, "_by_status", lambda *_asked: [])  # it had another category then
    assert count_received(city.scope(), at=NOW) == {}


def finished(report: Report, at: datetime) -> None:
    crew = report.district.crews.create(name=f"Crew {uuid4()}")
    Job.objects.create(
        report=report,
        crew=crew,
        status=JobStatus.DONE,
        outcome=Outcome.NOTHING_FOUND,
        created_at=at,
        ended_at=at,
    )


def test_the_numbers_of_what_is_open_are_those_of_the_lists_they_lead_to(city: City) -> None:
    city.report()
    city.report(S.PLANNED, category="lamp")
    city.report(S.IN_PROGRESS, needs_crew=True)
    city.report(S.WAITING, waiting_since=city.came_at)
    city.report(S.REOPENED, reopened_count=1, reopened_at=NOW, acknowledge_due_at=NOW + DAY)
    long_ago = NOW - 400 * DAY
    city.report(S.ACKNOWLEDGED, received_at=long_ago, acknowledged_at=long_ago)
    city.fixed(NOW)
    person = Person(make_staff(city.left, Role.SUPERVISOR))
    page = person.client.get("/desk/stats/?days=7").context
    cells = [
        cell for row in [*page["tables"]["open"].rows, page["tables"]["open"].whole] for cell in row.cells
    ]
    linked = [cell for cell in cells if cell.href]
    assert {cell.column.code for cell in linked} == {"open", "late", "todo", "moving", "waiting", "reopened"}
    for cell in linked:
        query = dict(pair.split("=") for pair in cell.href.split("?")[1].split("&"))
        assert query.pop("district") == "left"
        filters = Filters.read(query)
        by = filters.narrowing(sees_contacts=False)
        listed = queued(district_ids=[city.left.pk], at=NOW, group=filters.view.group, by=by)
        assert listed.count() == cell.value, cell.href


def test_the_whole_time_stands_beside_the_clock_that_pauses(city: City) -> None:
    """Monday noon to Wednesday noon: two days, sixteen working hours, of which it waited four."""
    monday = NOW.replace(day=2, hour=12) - 7 * DAY
    for hours in (1, 2):
        city.fixed(monday + hours * HOUR, received_at=monday, resolve_due_at=NOW)
    city.fixed(
        monday + 2 * DAY, received_at=monday, resolve_due_at=monday + 2 * DAY + 2 * HOUR, paused_s=4 * 3600
    )
    city.fixed(
        monday + 2 * DAY, received_at=monday, reopened_at=monday + DAY, resolve_due_at=NOW, category="lamp"
    )
    city.report(S.WAITING, received_at=NOW - DAY, waiting_since=NOW - DAY + HOUR)
    times = measure_times(city.scope(), at=NOW)
    assert (times.fixed.whole_median, times.fixed.whole_most) == (2 * 3600, 48 * 3600)
    assert (times.fixed.clock_median, times.fixed.clock_most) == (2 * 3600, 12 * 3600)
    assert times.fixed.by_pause == 1
    assert (times.waiting.whole_median, times.waiting.clock_median) == (86400, 3600)
    lamp = Report.objects.get(category__code="lamp").category_id
    assert (times.of(lamp).whole_median, times.of(lamp).clock_median) == (48 * 3600, 8 * 3600)


def test_the_clock_reads_what_the_calendar_counts(city: City) -> None:
    calendar = calendar_of(city.left.pk)
    clock = WorkingClock(calendar, NOW - 20 * DAY, NOW + DAY)
    for hours in range(0, 480, 7):
        start = NOW - 20 * DAY + hours * HOUR
        assert clock.read(NOW.timestamp()) - clock.read(start.timestamp()) == working_seconds_between(
            start, NOW, calendar
        )
    always = WorkingClock(None, NOW, NOW)
    assert always.read(NOW.timestamp()) - always.read((NOW - DAY).timestamp()) == 86400


def test_days_begin_where_the_district_is(city: City) -> None:
    zone = ZoneInfo("Europe/Sofia")
    late_evening = datetime(2026, 11, 1, 23, 30, tzinfo=zone)
    for at in (late_evening, late_evening + HOUR):
        city.report(received_at=at)
    scope = city.scope(days="7", by="day")
    counted = count_received(scope, at=NOW)
    assert {line.isoformat(): found["received"] for line, found in counted.items()} == {
        "2026-11-01": 1,
        "2026-11-02": 1,
    }
    assert set(count_open(scope, at=NOW)) == set(counted)
    assert len(scope.lines()) == 7
    assert city.scope(days="90", by="day").lines()[0].weekday() == 0
    assert {line.day for line in city.scope(days="365", by="day").lines()} == {1}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"days": "8"}, "days"),
        ({"by": "crew"}, "by"),
        ({"from": "2026-13-01"}, "from"),
        ({"to": "yesterday"}, "to"),
        ({"from": "2026-11-03", "to": "2026-11-01"}, "from"),
        ({"from": "2020-01-01"}, "from"),
        ({"category": "nothing"}, "category"),
        ({"neighbourhood": "nowhere"}, "neighbourhood"),
    ],
)
def test_an_address_that_asks_for_nonsense_is_told_which_part(
    given: dict[str, str], field: str, city: City
) -> None:
    with pytest.raises(DomainError) as refusal:
        city.scope(**given).require_known(categories={"pothole"}, neighbourhoods=set())
    assert refusal.value.field == field
    supervisor = Person(make_staff(city.left, Role.SUPERVISOR))
    assert supervisor.client.get("/desk/stats/", given).status_code == 422


def test_supervisors_see_their_own_districts_numbers_and_nobody_elses(city: City) -> None:
    supervisor = Person(make_staff(city.left, Role.SUPERVISOR))
    assert "Statistics" in supervisor.open("/desk/")
    assert "Late" in supervisor.open("/desk/stats/?district=left")
    administrator = Person(make_staff(None))
    for path in ("/desk/stats/?district={}", "/desk/stats/open.csv?district={}"):
        assert supervisor.client.get(path.format("left")).status_code == 200
        assert supervisor.client.get(path.format("right")).status_code == 404
        assert administrator.client.get(path.format("right")).status_code == 200
        for other in (make_staff(city.left), make_staff(city.left, Role.OPERATOR), make_user()):
            assert Person(other).client.get(path.format("left")).status_code == 403
    assert "Statistics" not in Person(make_staff(city.left)).open("/desk/")
    assert supervisor.client.get("/desk/stats/nothing.csv").status_code == 404


def test_each_table_is_sent_as_csv_with_the_numbers_of_the_page(city: City) -> None:
    place = MultiPolygon(Polygon.from_bbox(LEFT), srid=4326)
    names = {"en": '=Centre, "old"'}
    Neighbourhood.objects.create(district=city.left, code="c", slug="centre", names=names, polygon=place)
    report = city.fixed(city.came_at + 36 * HOUR)  # the clocks were put back meanwhile
    Report.objects.filter(pk=report.pk).update(neighbourhood=Neighbourhood.objects.get())
    Report.objects.filter(pk=city.report().pk).update(neighbourhood=None)
    supervisor = Person(make_staff(city.left, Role.SUPERVISOR))
    answer = supervisor.client.get("/desk/stats/received.csv?by=neighbourhood")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="left-received-2026-10-05-2026-11-03.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [
        (row["code"], row["name"], row["received"], row["fixed"], row["whole_median_hours"]) for row in rows
    ] == [
        ("centre", '\'=Centre, "old"', "1", "1", "37.00"),
        ("none", "In no neighbourhood", "1", "0", ""),
        ("all", "All", "2", "1", "37.00"),
    ]


def test_what_broke_again_under_guarantee_is_told(city: City) -> None:
    until = (NOW + 300 * DAY).date()
    for _number in range(2):
        report = city.fixed(city.due_at, guarantee_until=until)
        crew = city.left.crews.create(name=f"Crew {uuid4()}")
        done = {"status": JobStatus.DONE, "outcome": Outcome.FIXED, "created_at": NOW, "ended_at": NOW}
        Repair.objects.create(
            report=report, crew=crew, job=Job.objects.create(report=report, crew=crew, **done), at=city.due_at
        )
    city.report(guarantee_of=report, guarantee_m=4)
    client = Person(make_staff(city.left, Role.SUPERVISOR)).client
    for language, name in {"en": "Pothole", "bg": "Вид pothole"}.items():  # within the same minute
        page = client.get("/desk/stats/", headers={"accept-language": language})
        rows = page.context["tables"]["kept"].rows
        assert [(row.name, [cell.value for cell in row.cells]) for row in rows] == [(name, [2, 1, 0.5])]
    place = Neighbourhood.objects.create(
        district=city.left, code="park", slug="park", polygon=MultiPolygon(Polygon.from_bbox(LEFT), srid=4326)
    )
    Report.objects.filter(pk=report.pk).update(neighbourhood=place)
    chosen = {"neighbourhood=park": [1, 1, 1.0], "category=pothole": [2, 1, 0.5], "category=lamp": None}
    for address, values in chosen.items():
        rows = client.get(f"/desk/stats/?{address}").context["tables"]["kept"].rows
        assert [[cell.value for cell in row.cells] for row in rows] == ([values] if values else []), address


def test_the_page_costs_a_handful_of_statements_once_an_event(
    city: City, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    supervisor = Person(make_staff(city.left, Role.SUPERVISOR))
    for _number in range(3):
        city.report()
    supervisor.open("/desk/stats/")
    for by in By:
        cache.clear()
        with django_assert_num_queries(15):
            page = supervisor.open(f"/desk/stats/?by={by}")
        assert 'style="' not in page
        with django_assert_num_queries(6):
            supervisor.open(f"/desk/stats/?by={by}")
