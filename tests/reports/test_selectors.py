"""What each kind of reader sees."""

import base64
import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.errors import NotAllowed, NotFound
from districts.models import District
from live.events import EventFacts
from reports.codes import format_code
from reports.links import private_token
from reports.models import Category, Report, Update
from reports.models import ReportStatus as S
from reports.selectors.categories import list_category_groups
from reports.selectors.narrowing import Narrowing
from reports.selectors.paging import CursorRefused
from reports.selectors.public import (
    nearby,
    public_facts,
    public_reports,
    report_for_public,
    report_for_token,
    timeline,
    with_public_photos,
)
from reports.selectors.queue import Group, Page, desk_queue, queued
from reports.selectors.staff import report_for_staff, reports_for_staff
from reports.services.erasing import erase_due_contacts
from reports.services.states import reject_report, wait_for_resident
from reports.services.words import note_on_report
from reports.streams import ReportStreams
from tests.factories import (
    DAY,
    IN_LEFT,
    IN_RIGHT,
    NOW,
    ON_THE_EDGE,
    make_category,
    make_report,
    make_staff,
    make_user,
)

City = tuple[District, District]
NOBODY = AnonymousUser()
HOUR = timedelta(hours=1)


def unseen_reports() -> list[Report]:
    make_category("violence", is_private=True)
    by_category = make_report(category="violence")
    hidden, private = make_report(), make_report()
    Report.objects.filter(pk=hidden.pk).update(visibility="hidden")
    Report.objects.filter(pk=private.pk).update(visibility="private")
    # Made private after it came in: the report's own mark says public still.
    make_category("was-public")
    later = make_report(category="was-public")
    Category.objects.filter(code="was-public").update(is_private=True)
    return [by_category, hidden, private, later]


def test_what_is_private_or_hidden_is_absent_from_everything_public(city: City) -> None:
    shown = make_report()
    for unseen in unseen_reports():
        with pytest.raises(NotFound):
            report_for_public(unseen.code)
        assert not ReportStreams().may_read(NOBODY, unseen.code)
        assert ReportStreams().snapshot(NOBODY, unseen.code) == {}
        assert report_for_token(unseen.code, private_token(unseen)) == unseen
    assert list(public_reports()) == [shown]
    assert [report for report, _far in nearby(point=IN_LEFT)] == [shown]


def test_a_report_is_found_by_its_code_as_people_type_it(city: City) -> None:
    report = make_report()
    assert report_for_public(f" {format_code(report.code).lower()} ") == report
    for unknown in ("", "222-222", "nonsense", "\x00"):
        with pytest.raises(NotFound):
            report_for_public(unknown)


def test_a_private_link_needs_its_own_token(city: City) -> None:
    report, other = make_report(), make_report()
    with pytest.raises(NotFound):
        report_for_token(report.code, private_token(other))


def test_public_facts_hold_nothing_private(city: City) -> None:
    report = make_report(
        email="resident@example.org",
        description="Call +359 88 123 45 67 or me@example.org, card 4111-1111 1111 1111. Hole 12 cm, 2026.",
        address="At Ivan's, 0888123456",
    )
    facts = public_facts(report_for_public(report.code))
    for secret in ("resident@", "me@", "4567", "45 67", "4111", "0888"):
        assert secret not in str(facts)
    assert "Hole 12 cm, 2026." in facts["description"]
    assert facts["district"] == {"code": "left", "name": "Left"}


def test_a_list_of_public_reports_costs_two_queries_however_long(city: City) -> None:
    for _number in range(5):
        make_report()
    with CaptureQueriesContext(connection) as queries:
        assert len([public_facts(report) for report in with_public_photos(public_reports())]) == 5
    assert len(queries) == 2


def test_nearby_shows_open_reports_by_distance(city: City) -> None:
    here = make_report(point=IN_LEFT)
    near = make_report(point=(IN_LEFT[0] + 0.0005, IN_LEFT[1]))
    make_report(point=(IN_LEFT[0] + 0.01, IN_LEFT[1]))
    ended = make_report(point=IN_LEFT)
    reject_report(report_id=ended.pk, reason="no", actor=make_staff(city[0]), at=NOW)
    found = nearby(point=IN_LEFT, radius_m=100)
    assert [report for report, _far in found] == [here, near]
    assert [round(far) for _report, far in found] == [0, 41]


def test_the_public_timeline_leaves_out_what_is_for_staff(city: City) -> None:
    report = make_report()
    note_on_report(report_id=report.pk, text="Ask the water works.", actor=make_staff(city[0]), at=NOW)
    assert [update.kind for update in timeline(report)] == ["received"]
    assert [update.kind for update in timeline(report, Update.Audience.STAFF)] == ["received", "note"]


def test_the_current_district_acts_others_concerned_see_and_the_rest_get_a_404(city: City) -> None:
    left, right = city
    far = make_report(point=IN_LEFT)
    edge = make_report(point=ON_THE_EDGE)
    owner, neighbour = (left, right) if edge.district == left else (right, left)
    assert report_for_staff(make_staff(owner), format_code(edge.code), may="act") == edge
    assert report_for_staff(make_staff(neighbour), edge.code) == edge
    with pytest.raises(NotAllowed):
        report_for_staff(make_staff(neighbour), edge.code, may="act")
    for stranger in (make_staff(right), make_user(), NOBODY):
        with pytest.raises(NotFound):
            report_for_staff(stranger, far.code)
    assert report_for_staff(make_staff(None), far.code, may="act") == far
    assert set(reports_for_staff(make_staff(None))) == {far, edge}


def codes(page: Page) -> list[str]:
    return [report.code for report in page.reports]


def test_the_queue_shows_first_what_needs_a_hand_first(city: City) -> None:
    """Danger before urgent before the rest; uncertain, breached, due soon, new; what waits comes last."""
    dispatcher = make_staff(city[0])
    waiting = make_report(at=NOW - 9 * DAY)
    wait_for_resident(report_id=waiting.pk, question="Where?", actor=dispatcher, at=NOW)
    new = make_report(at=NOW)
    breached = make_report(at=NOW - 5 * DAY)
    uncertain = make_report(point=ON_THE_EDGE, at=NOW)
    make_category("urgent", urgency=1)
    make_category("danger", urgency=2)
    urgent, danger = make_report(category="urgent"), make_report(category="danger")
    make_report(point=IN_RIGHT)
    expected = [danger, urgent, uncertain, breached, new, waiting]
    both = {uncertain.district_id, city[0].pk}
    found = [
        code for code in codes(desk_queue(at=NOW, district_ids=both)) if code in {r.code for r in expected}
    ]
    assert found == [report.code for report in expected]
    groups = (Group.WAITING, Group.MOVING)
    assert [queued(at=NOW, district_ids=[city[0].pk], group=each).count() for each in groups] == [1, 0]


@pytest.mark.parametrize("group", [Group.OPEN, Group.ENDED])
def test_pages_of_the_queue_hold_every_report_once(city: City, group: Group) -> None:
    make_category("urgent", urgency=1)
    dispatcher = make_staff(city[0])
    for number in range(11):
        report = make_report(category="urgent" if number % 3 else "pothole", at=NOW - (number % 4) * HOUR)
        if group is Group.ENDED:
            reject_report(report_id=report.pk, reason="no", actor=dispatcher, at=NOW + (number % 2) * HOUR)
    whole = codes(desk_queue(at=NOW, district_ids=[city[0].pk], group=group))
    seen: list[str] = []
    page = desk_queue(at=NOW, district_ids=[city[0].pk], group=group, limit=3)
    seen += codes(page)
    while page.next:
        page = desk_queue(at=NOW, district_ids=[city[0].pk], group=group, limit=3, after=page.next)
        seen += codes(page)
    assert seen == whole
    assert len(set(seen)) == 11


def test_a_page_of_the_queue_costs_two_queries_however_long(city: City) -> None:
    for _number in range(7):
        make_report()
    with CaptureQueriesContext(connection) as queries:
        for report in desk_queue(at=NOW, district_ids=[city[0].pk]).reports:
            assert report.category.name
            assert report.district.name
            assert report.ready_photos == []  # type: ignore[attr-defined]
    assert len(queries) == 2


def test_the_queue_is_searched_by_code_and_by_words_in_any_alphabet(city: City) -> None:
    report = make_report(description="Дълбока дупка на улица Шипка")
    make_report(description="something else")
    for text in (report.code, format_code(report.code).lower(), "ДУПКА", "шипка дупка"):
        assert codes(desk_queue(at=NOW, district_ids=[city[0].pk], by=Narrowing(text=text))) == [report.code]
    assert codes(desk_queue(at=NOW, district_ids=[city[0].pk], by=Narrowing(category="nonsense"))) == []


def _encoded(cursor: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "ж",
        *map(
            _encoded,
            [
                [1, 2],
                ["", 1, "2026-01-01T00:00:00+00:00"],
                ["", 1, "soon", 1],
                ["", 2**63, "2026-01-01T00:00:00+00:00", 1],
                ["calls", None, 1],
                [["calls"], "2026-01-01T00:00:00+00:00", 1],
                ["", float("inf"), "2026-01-01T00:00:00+00:00", 1],
                7,
            ],
        ),
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
    ],
)
def test_a_made_up_cursor_is_refused(db: None, cursor: str) -> None:
    with pytest.raises(CursorRefused):
        desk_queue(at=NOW, district_ids=[1], after=cursor)


def test_categories_are_listed_by_group_without_the_retired(db: None) -> None:
    make_category("pothole")
    make_category("retired", is_active=False)
    with CaptureQueriesContext(connection) as queries:
        groups = list_category_groups()
    assert [category.code for category in groups[0].offered] == ["pothole"]  # type: ignore[attr-defined]
    assert len(queries) == 2


def test_an_event_of_a_reports_stream_carries_the_report_as_it_is_now(city: City) -> None:
    report = make_report()
    streams = ReportStreams()
    assert streams.may_read(NOBODY, report.code)
    event = EventFacts(report.stream, 1, "report.received", {"report": report.code}, NOW)
    assert (
        streams.present(NOBODY, report.code, [event, event])
        == [{"report": public_facts(report_for_public(report.code))}] * 2
    )
    Report.objects.update(visibility="hidden")
    assert streams.present(NOBODY, report.code, [event]) == [None]


def test_contacts_are_erased_on_their_day_unless_the_report_is_open(city: City) -> None:
    open_one, ended = make_report(email="a@example.org"), make_report(email="b@example.org")
    reject_report(report_id=ended.pk, reason="no", actor=make_staff(city[0]), at=NOW)
    assert erase_due_contacts(at=NOW + 364 * DAY) == 0
    assert erase_due_contacts(at=NOW + 366 * DAY) == 1
    open_one.refresh_from_db()
    assert open_one.status == S.RECEIVED
    assert open_one.contact.email == "a@example.org"
