"""The desk's list over HTTP: its order, what narrows it, who is found, and its pages."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client
from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, Job, JobStatus
from dispatch.streams import DistrictStreams
from districts import locating
from districts.models import Neighbourhood, Role
from reports.models import Contact, Report, ReportStatus, Urgency
from reports.people_search import text_of_person
from reports.services.erasing import erase_due_contacts
from tests.factories import LEFT, ON_THE_EDGE, make_category, make_city, make_report, make_staff

pytestmark = pytest.mark.django_db


class Queue:
    """A district with its neighbour, and its dispatcher signed in."""

    def __init__(self) -> None:
        self.left, self.right = make_city()
        self.client = Client()
        self.client.force_login(make_staff(self.left))

    def page(self, client: Client | None = None, **view: str) -> str:
        answer = (client or self.client).get("/desk/", {"tab": "all", **view})
        assert answer.status_code == 200, answer.content
        return answer.content.decode()

    def codes(self, client: Client | None = None, **view: str) -> list[str]:
        return re.findall(r'data-row="(\w+)"', self.page(client, part="rows", **view))


@pytest.fixture
def queue() -> Any:
    locating.forget()
    yield Queue()
    locating.forget()


def report(**fields: Any) -> Report:
    """A report that came in just now, with these columns."""
    made = make_report(at=timezone.now())
    Report.objects.filter(pk=made.pk).update(**fields)
    made.refresh_from_db()
    return made


def test_the_order_explains_itself(queue: Queue) -> None:
    now = timezone.now()
    fresh = report()
    soon = report(acknowledge_due_at=now + timedelta(hours=1))
    late = report(acknowledge_due_at=now - timedelta(hours=3))
    border = make_report(at=now, point=ON_THE_EDGE, accuracy_m=25.0)
    Report.objects.filter(pk=border.pk).update(district=queue.left)
    danger = report(urgency=Urgency.DANGER)
    expected = [danger, border, late, soon, fresh]
    assert queue.codes() == [each.code for each in expected]
    page = queue.page()
    headings = re.findall(r'data-part="(\w+)"><span>', page)
    assert headings == ["URGENT", "BORDER", "LATE", "SOON", "IN_TIME"]
    for told in (
        "first, whatever the deadline",
        "whose is it?",
        "longest overdue first",
        "unseen, due",
        "±25",
    ):
        assert told in page


def test_a_heading_counts_all_that_stand_under_it_and_not_only_its_page(queue: Queue) -> None:
    for _number in range(5):
        report()
    page = queue.page(rows="2")
    assert re.search(r'data-part="IN_TIME">.*?<span class="numbers">5</span>', page)
    assert 'data-total="5"' in page


def test_pages_hold_every_report_once_and_a_new_one_moves_none_of_them(queue: Queue) -> None:
    reports = [report() for _number in range(7)]
    seen, after = [], ""
    while True:
        page = queue.page(part="rows", rows="3", after=after)
        seen += re.findall(r'data-row="(\w+)"', page)
        after = re.search(r'data-next="([^"]*)"', page)[1]  # type: ignore[index]
        if not after:
            break
        report(urgency=Urgency.DANGER)
    assert seen == [each.code for each in reports]


def test_all_that_ended_and_is_called_about_stands_behind_what_cannot_wait(queue: Queue) -> None:
    now = timezone.now()
    urgent = [report(urgency=Urgency.DANGER) for _number in range(4)]
    plain = [report() for _number in range(2)]
    ended = {"status": ReportStatus.REJECTED}
    calls = [report(undecided_since=now - timedelta(hours=26 - hours), **ended) for hours in range(25)]
    expected = [each.code for each in (*urgent, *calls, *plain)]
    for rows in ("3", "50"):
        seen, after = [], ""
        while True:
            page = queue.page(tab="waiting", rows=rows, after=after)
            seen += re.findall(r'data-row="(\w+)"', page)
            after = re.search(r'data-next="([^"]*)"', page)[1]  # type: ignore[index]
            if not after:
                break
        assert seen == expected, rows
    assert re.search(r'data-part="CALLED">.*?<span class="numbers">25</span>', page)
    assert 'data-total="31"' in page
    told = DistrictStreams().snapshot(User.objects.get(), queue.left.code)["counts"]
    assert told == {"open": 6, "todo": 31, "moving": 0, "waiting": 0}


def test_calls_that_begin_or_end_between_two_pages_move_nothing_else(queue: Queue) -> None:
    urgent = [report(urgency=Urgency.DANGER) for _number in range(3)]
    plain = [report() for _number in range(4)]

    def read(after: str) -> tuple[list[str], str]:
        page = queue.page(tab="waiting", part="rows", rows="2", after=after)
        return re.findall(r'data-row="(\w+)"', page), re.search(r'data-next="([^"]*)"', page)[1]  # type: ignore[index]

    seen, after = read("")
    call = report(status=ReportStatus.REJECTED, undecided_since=timezone.now())
    told, after = read(after)
    assert [*seen, *told] == [*(each.code for each in urgent), call.code]
    Report.objects.filter(pk=call.pk).update(undecided_since=None)
    told, after = read(after)
    assert told == [each.code for each in plain[:2]]
    report(status=ReportStatus.REJECTED, undecided_since=timezone.now())
    assert read(after) == ([each.code for each in plain[2:]], "")


@pytest.mark.parametrize("rows", ["0", "201", "many", "-1"])
def test_a_number_of_rows_that_is_none_is_named(queue: Queue, rows: str) -> None:
    refused = queue.client.get("/desk/", {"rows": rows})
    assert refused.status_code == 422
    assert "200" in refused.content.decode()


def test_each_filter_leaves_what_is_all_that(queue: Queue) -> None:
    make_category("lamp")
    lamp = make_report(category="lamp", at=timezone.now())
    urgent = report(urgency=Urgency.URGENT)
    seen = report(status=ReportStatus.ACKNOWLEDGED, acknowledged_at=timezone.now())
    late = report(acknowledge_due_at=timezone.now() - timedelta(days=1))
    doubtful = report(is_uncertain=True)
    with_crew = report(status=ReportStatus.PLANNED)
    crew = Crew.objects.create(district=queue.left, name="Left 1")
    job = {"report": with_crew, "crew": crew, "created_at": timezone.now()}
    Job.objects.create(status=JobStatus.ASSIGNED, **job)
    area = MultiPolygon(Polygon.from_bbox(LEFT), srid=4326)
    place = Neighbourhood.objects.create(district=queue.left, code="n1", slug="n1", polygon=area)
    there = report(neighbourhood=place)
    for found, view in (
        (lamp, {"category": "lamp"}),
        (urgent, {"urgency": "1"}),
        (seen, {"status": "acknowledged"}),
        (late, {"late": "1"}),
        (doubtful, {"border": "1"}),
        (with_crew, {"crew": str(crew.pk)}),
        (there, {"neighbourhood": "n1"}),
    ):
        assert queue.codes(None, **view) == [found.code], view


@pytest.mark.parametrize("view", [{"urgency": "7"}, {"status": "lost"}, {"crew": "1"}])
def test_a_filter_that_is_none_is_refused_in_words(queue: Queue, view: dict[str, str]) -> None:
    assert queue.client.get("/desk/", view).status_code == 422


def person(name: str = "", email: str = "", phone: str = "") -> Report:
    made = make_report(at=timezone.now())
    fields = {"name": name, "email": email, "phone": phone}
    text = text_of_person(name, email, phone)
    Contact.objects.create(report=made, erase_on=timezone.localdate(), search_text=text, **fields)
    return made


@pytest.mark.parametrize(
    "typed", ["йорданка", "ЙОРДАНКА щерева", "y.shtereva@", "0888 123-456", "+359 888 123 456", "888123456"]
)
def test_who_acts_finds_reports_by_their_reporter(queue: Queue, typed: str) -> None:
    hers = person("Йорданка Щерева", "Y.Shtereva@example.org", "+359 888 123456")
    person("Somebody Else", "else@example.org", "0888 999999")
    assert queue.codes(q=typed) == [hers.code]


def test_turkish_letters_are_found_however_they_are_typed(queue: Queue) -> None:
    hers = person("Işıl İnce")
    for typed in ("ışıl", "ISIL", "isil ince", "İNCE"):
        assert queue.codes(q=typed) == [hers.code]


def test_a_reporter_is_found_by_nobody_who_may_not_see_contacts(queue: Queue) -> None:
    person("Ann Lee", "ann@example.org", "0888 123456")
    operator = Client()
    operator.force_login(make_staff(queue.left, Role.OPERATOR))
    assert len(queue.codes()) == len(queue.codes(operator)) == 1
    assert queue.codes(operator, q="ann") == queue.codes(operator, q="0888123456") == []


def test_an_erased_contact_is_found_no_more(queue: Queue) -> None:
    hers = person("Ann Lee")
    ended = {"status": ReportStatus.REJECTED, "changed_at": timezone.now()}
    Report.objects.filter(pk=hers.pk).update(**ended)
    assert queue.codes(tab="finished", q="ann lee") == [hers.code]
    erase_due_contacts(at=timezone.now() + timedelta(days=1))
    assert queue.codes(tab="finished", q="ann lee") == []


def test_any_page_and_any_search_costs_at_most_twelve_statements(
    queue: Queue, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _number in range(8):
        person("Ann Lee")
    after = re.search(r'data-next="([^"]+)"', queue.page(rows="3"))[1]  # type: ignore[index]
    report(undecided_since=timezone.now(), status=ReportStatus.REJECTED)  # a crew calls about it
    for view in (
        {},
        {"tab": "waiting"},
        {"after": after, "rows": "3"},
        {"q": "ann"},
        {"late": "1", "border": "1"},
    ):
        with django_assert_max_num_queries(12):
            queue.page(None, **view)
