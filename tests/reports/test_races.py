"""Two at once, on real connections."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from accounts.errors import DomainError
from live.models import Event
from reports.models import Channel, Photo, Report
from reports.models import ReportStatus as S
from reports.services.changing import Conflict
from reports.services.claiming import PhotoNotFree
from reports.services.correct import correct_report
from reports.services.create import create_report
from reports.services.duplicates import DuplicateRefused, mark_duplicate
from reports.services.processing import process_photo
from reports.services.resident import confirm_report, reopen_report
from reports.services.states import acknowledge_report, reject_report
from reports.workflow import TransitionRefused
from tests import factories
from tests.factories import NOW, make_draft, make_photo, make_report, make_staff

pytestmark = [pytest.mark.postgis, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call returned or was refused with; all start together, each on a connection of its own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            barrier.wait(10)
            return call()
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


@pytest.fixture(autouse=True)
def city() -> None:
    factories.make_city()
    factories.make_category()


def test_the_same_report_sent_twice_at_once_is_one_report_and_one_answer() -> None:
    for _round in range(ROUNDS):
        draft = make_draft()
        answers = at_once(
            *[lambda: create_report(draft=draft, channel=Channel.APP, actor=None, at=NOW)] * 4  # noqa: B023
        )
        found = {(answer.report.pk, answer.private_token) for answer in answers}  # type: ignore[attr-defined]
        assert len(found) == 1
        assert [answer.is_new for answer in answers].count(True) == 1  # type: ignore[attr-defined]
    assert Report.objects.count() == ROUNDS


def test_other_content_under_the_same_id_at_once_is_one_report_and_one_conflict() -> None:
    uuid = uuid4()
    drafts = [make_draft(uuid=uuid, description=words) for words in ("one", "two")]
    answers = at_once(
        lambda: create_report(draft=drafts[0], channel=Channel.APP, actor=None, at=NOW),
        lambda: create_report(draft=drafts[1], channel=Channel.APP, actor=None, at=NOW),
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 1
    assert Report.objects.count() == 1


def test_one_photo_is_claimed_by_one_report() -> None:
    for _round in range(ROUNDS):
        photo = make_photo()
        drafts = [make_draft(photos=[photo.pk]) for _ in range(2)]
        answers = at_once(
            lambda: create_report(draft=drafts[0], channel=Channel.APP, actor=None, at=NOW),  # noqa: B023
            lambda: create_report(draft=drafts[1], channel=Channel.APP, actor=None, at=NOW),  # noqa: B023
        )
        assert sum(isinstance(answer, PhotoNotFree) for answer in answers) == 1
    assert Report.objects.count() == ROUNDS


def test_the_same_photo_uploaded_twice_at_once_is_one_photo() -> None:
    content, photo_id = factories.jpeg_bytes(), uuid4()
    answers = at_once(*[lambda: make_photo(content=content, photo_id=photo_id)] * 3)
    assert set(answers) == {Photo.objects.get()}


def test_a_photo_is_processed_by_one_of_two_tasks() -> None:
    photo = make_photo()
    at_once(*[lambda: process_photo(photo_id=photo.pk, at=NOW)] * 2)
    photo.refresh_from_db()
    assert (photo.status, photo.attempts) == ("ready", 1)


def test_of_two_dispatchers_one_changes_the_report_and_the_other_is_told() -> None:
    report = make_report()
    staff = make_staff(report.district)
    answers = at_once(
        lambda: acknowledge_report(report_id=report.pk, actor=staff, at=NOW, version=1),
        lambda: reject_report(report_id=report.pk, reason="no", actor=staff, at=NOW, version=1),
        lambda: correct_report(report_id=report.pk, actor=staff, at=NOW, urgency=2, reason="!", version=1),
    )
    assert sum(isinstance(answer, Conflict) for answer in answers) == 2
    report.refresh_from_db()
    assert report.version == 2


def test_confirming_and_reopening_at_once_is_one_of_both() -> None:
    for _round in range(ROUNDS):
        reporter = factories.make_user()
        report = make_report(actor=reporter)
        Report.objects.filter(pk=report.pk).update(status=S.RESOLVED, resolved_at=NOW)
        answers = at_once(
            lambda: confirm_report(report_id=report.pk, actor=reporter, at=NOW),  # noqa: B023
            lambda: reopen_report(report_id=report.pk, actor=reporter, text="No!", at=NOW),  # noqa: B023
        )
        refused = [answer for answer in answers if isinstance(answer, DomainError)]
        assert len(refused) == 1


def test_two_reports_merged_into_each_other_at_once_stay_one_original() -> None:
    for _round in range(ROUNDS):
        one, two = make_report(), make_report()
        staff = make_staff(one.district)
        answers = at_once(
            lambda: mark_duplicate(report_id=one.pk, of_id=two.pk, actor=staff, at=NOW),  # noqa: B023
            lambda: mark_duplicate(report_id=two.pk, of_id=one.pk, actor=staff, at=NOW),  # noqa: B023
        )
        assert sum(isinstance(answer, DuplicateRefused | TransitionRefused) for answer in answers) == 1


def test_many_reports_at_once_leave_no_gap_in_the_districts_story() -> None:
    at_once(*[lambda: make_report()] * 12)
    offsets = Event.objects.filter(stream__name="district:left").order_by("offset")
    assert list(offsets.values_list("offset", flat=True)) == list(range(1, 13))
