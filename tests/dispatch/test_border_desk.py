"""The border desk over HTTP: whose a report is, said on both sides, with the whole history kept."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from districts import locating
from reports.models import BorderDecision, Involvement, Report, ReportStatus, Update
from reports.selectors.misrouting import Share, misrouting
from reports.services.correct import correct_report
from tests.dispatch.desks import Border, Person, hidden
from tests.factories import IN_RIGHT, NOW, ON_THE_EDGE, make_report

pytestmark = pytest.mark.django_db
Kind = BorderDecision.Kind


@pytest.fixture
def border() -> Iterator[Border]:
    """The report lies on the edge: either side could be meant."""
    locating.forget()
    yield Border(point=ON_THE_EDGE)
    locating.forget()


def sides(border: Border) -> tuple[Person, Person]:
    """Who has the report, and who could."""
    ours = border.fresh().district_id == border.left.pk
    return (border.mira, border.boris) if ours else (border.boris, border.mira)


def kinds(border: Border) -> list[str]:
    return list(BorderDecision.objects.filter(report=border.report).values_list("kind", flat=True))


def test_both_sides_see_an_uncertain_report_and_its_clock(border: Border) -> None:
    for person in (border.mira, border.boris):
        page = person.open("/desk/border/")
        assert "Whose is it?" in page
        assert f"/desk/r/{border.report.code[:3]}-{border.report.code[3:]}/" in page
        assert "Promised" in page
    assert border.resident.client.get("/desk/border/").status_code == 403
    assert border.mira.client.get("/desk/border/?district=right").status_code == 404


def test_the_desk_says_how_many_wait_to_be_decided_until_they_are(border: Border) -> None:
    owner, other = sides(border)
    for _number in range(2):
        make_report(point=ON_THE_EDGE)
    waiting = '<span class="count">{}</span>'
    assert waiting.format(3) in owner.open("/desk/")
    assert waiting.format(3) in other.open("/desk/")
    sent = {"version": border.report.version, "from": "border", "at": border.fresh().district.code}
    owner.send(border.path(act="keep"), **sent)
    assert waiting.format(2) in owner.open("/desk/")
    assert waiting.format(2) in other.open("/desk/")


def test_who_has_it_keeps_it_with_one_click(border: Border) -> None:
    owner, _other = sides(border)
    assert "Border" in owner.open("/desk/")
    sent = {"version": border.report.version, "from": "border", "at": border.fresh().district.code}
    answer = owner.send(border.path(act="keep"), **sent)
    assert answer.headers["Location"].startswith("/desk/border/?district=")
    report = border.fresh()
    assert (report.is_uncertain, report.status) == (False, ReportStatus.ACKNOWLEDGED)
    assert kinds(border) == [Kind.KEPT]
    assert "Nothing lies between you" in owner.open("/desk/border/")


def test_the_other_side_takes_it_over_with_one_click(border: Border) -> None:
    owner, other = sides(border)
    before = border.fresh()
    assert other.send(border.path(act="keep")).status_code == 403
    assert other.send(border.path(act="reject"), text="No.").status_code == 403
    assert other.send(border.path(act="take-over"), version=before.version).status_code == 302
    report = border.fresh()
    assert report.district_id != before.district_id
    assert report.status == ReportStatus.ACKNOWLEDGED
    assert (report.acknowledge_due_at, report.resolve_due_at) == (
        before.acknowledge_due_at,
        before.resolve_due_at,
    )
    decision = BorderDecision.objects.get()
    assert decision.routing == before.routing
    assert decision.was_uncertain
    relation = Involvement.objects.get(report=report, district=before.district).relation
    assert relation == Involvement.Relation.PREVIOUS
    page = owner.open(border.path())
    assert "acts on this report" in page
    assert "has taken it over from" in page
    assert "ann@example.org" not in page
    assert "Passed on to" in border.stranger.open(f"/r/{report.code[:3]}-{report.code[3:]}/")


def test_a_report_is_handed_over_with_a_reason_and_comes_back(border: Border) -> None:
    owner, other = sides(border)
    first = border.fresh()
    target = "right" if first.district_id == border.left.pk else "left"
    path = border.path(act="hand-over")
    assert owner.send(path, district=target, text=" ").status_code == 422
    assert "· 0 m" in owner.open(path)
    sent = {"district": target, "text": "The kerb is yours.", "version": first.version}
    assert owner.send(path, **sent).status_code == 302
    report = border.fresh()
    assert (report.district.code, report.is_uncertain) == (target, True)
    assert report.status == ReportStatus.RECEIVED
    assert "The kerb is yours." in other.open("/desk/border/")

    back = {"district": first.district.code, "text": "Look at the map.", "version": report.version}
    assert other.send(path, **back).status_code == 302
    for person in (owner, other):
        page = person.open("/desk/border/")
        assert "handed over and back" in page
        assert "The kerb is yours." in page
        assert "Look at the map." in page
        assert "Moved 2 times" in page
    assert border.fresh().resolve_due_at == first.resolve_due_at
    public = border.stranger.open(f"/r/{first.code[:3]}-{first.code[3:]}/")
    assert "kerb is yours" not in public


def test_both_sides_write_and_nobody_else(border: Border) -> None:
    for person, words in ((border.mira, "Whose light is it?"), (border.boris, "Ours, I think.")):
        assert person.send(border.path(act="note"), text=words).status_code == 302
    for person in (border.mira, border.boris):
        page = person.open("/desk/border/")
        assert "Whose light is it?" in page
        assert "Ours, I think." in page
        assert "Mira · Left" in page
        assert "Boris · Right" in page
    assert border.resident.send(border.path(act="note"), text="Me too.").status_code == 403
    assert Update.objects.filter(kind=Update.Kind.NOTE).count() == 2


def test_two_decide_at_once_and_the_second_is_shown_what_happened(border: Border) -> None:
    owner, other = sides(border)
    version = border.report.version
    assert owner.send(border.path(act="keep"), version=version).status_code == 302
    refused = other.send(border.path(act="take-over"), version=version)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "somebody was faster" in page
    assert hidden(page, "version") == str(border.fresh().version)
    assert kinds(border) == [Kind.KEPT]


def test_while_crews_are_on_it_nothing_moves(border: Border) -> None:
    owner, other = sides(border)
    ours = border.left if owner is border.mira else border.right
    crew = border.make_crew(ours, "On it")
    owner.send(border.path(act="assign"), crew=str(crew.pk))
    target = "right" if ours == border.left else "left"
    assert owner.send(border.path(act="hand-over"), district=target, text="Yours.").status_code == 409
    assert other.send(border.path(act="take-over")).status_code == 409
    assert border.fresh().district_id == ours.pk
    assert kinds(border) == []


def test_a_corrected_category_does_not_undo_what_people_agreed(border: Border) -> None:
    owner, other = sides(border)
    other.send(border.path(act="take-over"))
    taken = border.fresh()
    sent = {"category": "lamp", "version": taken.version}
    assert other.send(border.path(act="correct"), **sent).status_code == 302
    report = border.fresh()
    assert (report.category.code, report.district_id) == ("lamp", taken.district_id)
    assert report.routing == taken.routing


def test_a_corrected_pin_is_a_decision_too(border: Border) -> None:
    report = border.make_report()
    actor = border.mira.user
    assert actor is not None
    correct_report(report_id=report.pk, actor=actor, at=timezone.now(), point=IN_RIGHT)
    decision = BorderDecision.objects.get(report=report)
    assert (decision.kind, decision.from_district, decision.to_district) == (
        Kind.CORRECTED,
        border.left,
        border.right,
    )
    assert not decision.was_uncertain


def test_misrouting_is_measured_from_what_people_corrected(border: Border) -> None:
    owner, other = sides(border)
    first = border.fresh().district
    second = border.right if first == border.left else border.left
    other.send(border.path(act="take-over"))  # uncertain, and wrong
    certain = [border.make_report() for _number in range(3)]  # in the left one, and right
    there = {"district": "right", "text": "Yours."}
    border.mira.send(border.path(certain[0], "hand-over"), **there)
    border.mira.send(border.path(certain[1], "hand-over"), **there)
    border.boris.send(border.path(certain[1], "hand-over"), district="left", text="No.")
    border.make_report(at=timezone.now() - timedelta(days=40))

    day = timedelta(days=1)
    found = misrouting(
        start=timezone.now() - day,
        end=timezone.now() + day,
        district_ids=[border.left.pk, border.right.pk],
    )
    by_district = {each.district: each for each in found}
    assert by_district[first].uncertain == Share(routed=1, moved=1, returned=0)
    assert by_district[border.left].certain == Share(routed=3, moved=1, returned=1)
    assert by_district[border.right].certain == Share()
    assert by_district[border.right].certain.rate is None
    assert by_district[second].uncertain.moved == 0
    page = border.mira.open("/desk/border/?days=30")
    assert "33.3 %" in page


def test_waiting_on_the_other_side_adds_to_the_promise_that_was_given(border: Border) -> None:
    """The taking district works other hours: what was promised in the first one's stays."""
    _owner, other = sides(border)
    other.send(border.path(act="take-over"))
    report = border.fresh()
    report.district.calendar = None
    report.district.save()
    other.send(border.path(act="ask"), text="Where?")
    Report.objects.filter(pk=report.pk).update(waiting_since=timezone.now())
    other.send(border.path(act="resume"))
    gained = border.fresh().resolve_due_at - report.resolve_due_at
    assert timedelta(0) <= gained < timedelta(minutes=1)


def test_the_border_desk_costs_the_same_for_any_number_of_reports(
    border: Border, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    border.mira.open("/desk/border/")
    for _number in range(6):
        border.make_report(point=ON_THE_EDGE, at=NOW)
    with django_assert_max_num_queries(20):
        border.mira.open("/desk/border/")
