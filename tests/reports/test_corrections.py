"""The desk corrects category, pin and urgency; duplicates are merged."""

import pytest

from accounts.errors import NotFound
from accounts.models import User
from districts.locating import OutsideCity
from districts.models import District, RoutingRule
from live.models import Event
from reports.models import Involvement, Report, Update, Visibility
from reports.models import ReportStatus as S
from reports.progress_table import JobFact
from reports.services.changing import Conflict
from reports.services.correct import InvalidCorrection, correct_report
from reports.services.duplicates import DuplicateRefused, mark_duplicate, separate_report
from reports.services.reasons import ReasonMissing
from reports.services.routing import CrewsAtWork
from reports.services.states import acknowledge_report, wait_for_resident
from reports.workflow import TransitionRefused
from tests.factories import (
    IN_LEFT,
    IN_RIGHT,
    NOW,
    ON_THE_EDGE,
    OUTSIDE,
    follow,
    make_category,
    make_district,
    make_report,
    make_staff,
)

City = tuple[District, District]


@pytest.fixture
def report(city: City) -> Report:
    return make_report(point=IN_LEFT)


@pytest.fixture
def dispatcher(city: City) -> User:
    return make_staff(city[0])


def relations(report: Report) -> dict[str, str]:
    others = dict(Involvement.objects.filter(report=report).values_list("district__code", "relation"))
    return {Report.objects.get(pk=report.pk).district.code: "current", **others}


def test_a_moved_pin_goes_to_its_new_district_and_the_old_one_goes_on_seeing_it(
    report: Report, dispatcher: User
) -> None:
    moved = correct_report(
        report_id=report.pk, actor=dispatcher, at=NOW, point=IN_RIGHT, reason="Wrong side."
    )
    assert (moved.district.code, moved.routing["district"]) == ("right", "right")
    assert relations(report) == {"left": "previous", "right": "current"}
    trace = Update.objects.get(kind=Update.Kind.CORRECTED)
    assert (trace.audience, trace.text) == ("staff", "Wrong side.")
    assert trace.data["point"] == {"from": [*IN_LEFT], "to": [*IN_RIGHT]}
    assert trace.data["routing"]["from"]["district"] == "left"
    passed_on = {"from": "left", "to": "right", "to_names": moved.district.names}
    assert Update.objects.get(kind=Update.Kind.ROUTED).data == passed_on
    told = Event.objects.filter(kind="report.changed").values_list("stream__name", flat=True)
    assert set(told) == {"district:left", "district:right", report.stream}


def test_a_pin_that_comes_back_makes_the_first_district_the_current_one_again(
    report: Report, dispatcher: User, city: City
) -> None:
    correct_report(report_id=report.pk, actor=dispatcher, at=NOW, point=IN_RIGHT)
    correct_report(report_id=report.pk, actor=make_staff(city[1]), at=NOW, point=IN_LEFT)
    assert relations(report) == {"left": "current", "right": "previous"}


def test_a_pin_on_the_border_brings_the_neighbour_in(report: Report, dispatcher: User) -> None:
    moved = correct_report(report_id=report.pk, actor=dispatcher, at=NOW, point=ON_THE_EDGE)
    assert moved.is_uncertain
    assert sorted(relations(report).values()) == ["alternative", "current"]


def test_a_new_category_follows_its_own_rule_and_has_its_own_deadline(
    report: Report, dispatcher: User
) -> None:
    body = make_district("lighting", None)
    make_category("lamp", resolve_within_s=8 * 3600)
    RoutingRule.objects.create(
        name="Lamps",
        district=body,
        categories=["lamp"],
        valid_from="2020-01-01",
        reasons={"en": "All lamps."},
    )
    changed = correct_report(report_id=report.pk, actor=dispatcher, at=NOW, category="lamp")
    assert changed.district.code == "lighting"
    assert changed.resolve_due_at < report.resolve_due_at
    assert changed.routing["because"] == "rule"


def test_the_pause_is_kept_when_deadlines_are_computed_again(report: Report, dispatcher: User) -> None:
    Report.objects.filter(pk=report.pk).update(paused_s=8 * 3600)
    make_category("hole", resolve_within_s=8 * 3600)
    changed = correct_report(report_id=report.pk, actor=dispatcher, at=NOW, category="hole")
    assert changed.resolve_due_at.isoformat() == "2026-11-04T15:00:00+00:00"


def test_a_private_category_takes_the_report_out_of_the_public(report: Report, dispatcher: User) -> None:
    make_category("violence", is_private=True)
    changed = correct_report(report_id=report.pk, actor=dispatcher, at=NOW, category="violence")
    assert changed.visibility == Visibility.PRIVATE


def test_another_urgency_needs_a_reason(report: Report, dispatcher: User) -> None:
    with pytest.raises(ReasonMissing):
        correct_report(report_id=report.pk, actor=dispatcher, at=NOW, urgency=2)
    changed = correct_report(report_id=report.pk, actor=dispatcher, at=NOW, urgency=2, reason="Live wires.")
    assert (changed.urgency, changed.version) == (2, 2)


def test_a_correction_to_what_it_is_already_changes_nothing(report: Report, dispatcher: User) -> None:
    same = correct_report(
        report_id=report.pk, actor=dispatcher, at=NOW, category="pothole", point=IN_LEFT, urgency=0
    )
    assert same.version == 1
    assert not Update.objects.exclude(kind=Update.Kind.RECEIVED).exists()


def test_nonsense_is_refused_and_nothing_changed(report: Report, dispatcher: User) -> None:
    with pytest.raises(InvalidCorrection):
        correct_report(report_id=report.pk, actor=dispatcher, at=NOW, category="nonsense")
    with pytest.raises(InvalidCorrection):
        correct_report(report_id=report.pk, actor=dispatcher, at=NOW, urgency=9, reason="x")
    with pytest.raises(OutsideCity):
        correct_report(report_id=report.pk, actor=dispatcher, at=NOW, point=OUTSIDE)
    with pytest.raises(Conflict):
        correct_report(report_id=report.pk, actor=dispatcher, at=NOW, point=IN_RIGHT, version=7)
    assert Report.objects.get().version == 1


def test_a_report_with_crews_on_it_stays_in_its_district(report: Report, dispatcher: User) -> None:
    follow(report, JobFact("assigned"))
    with pytest.raises(CrewsAtWork):
        correct_report(report_id=report.pk, actor=dispatcher, at=NOW, point=IN_RIGHT)
    near = (IN_LEFT[0] + 0.001, IN_LEFT[1])
    assert correct_report(report_id=report.pk, actor=dispatcher, at=NOW, point=near).status == S.PLANNED


def test_a_merged_report_brings_its_voices_and_its_own_duplicates(report: Report, dispatcher: User) -> None:
    first, second = make_report(), make_report()
    mark_duplicate(report_id=second.pk, of_id=first.pk, actor=dispatcher, at=NOW)
    merged = mark_duplicate(report_id=first.pk, of_id=report.pk, actor=dispatcher, at=NOW)
    assert (merged.status, merged.duplicate_of) == (S.DUPLICATE, report)
    report.refresh_from_db()
    second.refresh_from_db()
    assert (report.voices, second.duplicate_of) == (3, report)


def test_a_merge_can_be_undone(report: Report, dispatcher: User) -> None:
    other = make_report()
    mark_duplicate(report_id=other.pk, of_id=report.pk, actor=dispatcher, at=NOW)
    with pytest.raises(TransitionRefused):
        acknowledge_report(report_id=other.pk, actor=dispatcher, at=NOW)
    back = separate_report(report_id=other.pk, actor=dispatcher, at=NOW)
    report.refresh_from_db()
    assert (back.status, back.duplicate_of, report.voices) == (S.ACKNOWLEDGED, None, 1)
    with pytest.raises(DuplicateRefused):
        separate_report(report_id=other.pk, actor=dispatcher, at=NOW)


def test_a_report_is_no_duplicate_of_itself_of_a_duplicate_or_of_what_one_does_not_see(
    report: Report, dispatcher: User
) -> None:
    other, foreign = make_report(), make_report(point=IN_RIGHT)
    with pytest.raises(DuplicateRefused):
        mark_duplicate(report_id=report.pk, of_id=report.pk, actor=dispatcher, at=NOW)
    with pytest.raises(NotFound):
        mark_duplicate(report_id=report.pk, of_id=foreign.pk, actor=dispatcher, at=NOW)
    with pytest.raises(NotFound):
        mark_duplicate(report_id=report.pk, of_id=0, actor=dispatcher, at=NOW)
    mark_duplicate(report_id=other.pk, of_id=report.pk, actor=dispatcher, at=NOW)
    with pytest.raises(DuplicateRefused):
        mark_duplicate(report_id=report.pk, of_id=other.pk, actor=dispatcher, at=NOW)


def test_a_waiting_report_that_is_merged_waits_no_longer(report: Report, dispatcher: User) -> None:
    wait_for_resident(report_id=report.pk, question="Where?", actor=dispatcher, at=NOW)
    merged = mark_duplicate(report_id=report.pk, of_id=make_report().pk, actor=dispatcher, at=NOW)
    assert merged.waiting_since is None
