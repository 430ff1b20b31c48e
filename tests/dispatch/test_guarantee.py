"""What breaks again before its guarantee is over goes back to who repaired it, and is counted once."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dispatch.guarantees import guarantee_on
from dispatch.models import ProofReview, Repair
from dispatch.selectors.guarantees import kept_by_category
from dispatch.selectors.jobs import crew_jobs
from dispatch.selectors.suggestions import split, suggestions
from dispatch.services import reviews, steps
from dispatch.streams import CrewStreams
from districts.geometry import box_around
from live.events import EventFacts
from live.models import Event
from live.readers import run_readers
from reports.codes import format_code
from reports.models import Report
from reports.models import ReportStatus as S
from reports.services.correct import correct_report
from reports.services.duplicates import mark_duplicate, separate_report
from reports.services.guarantees import note_guarantee
from reports.services.resident import reopen_report
from tests.dispatch.desks import Border, hidden
from tests.dispatch.factories import make_photo
from tests.dispatch.test_races import at_once
from tests.factories import IN_LEFT

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def metres_east(metres: float) -> tuple[float, float]:
    west, _south, east, _north = box_around(IN_LEFT, abs(metres))
    return (east if metres > 0 else west), IN_LEFT[1]


class Street(Border):
    """A pothole of the left district that its first crew has repaired, guaranteed for a year."""

    def __init__(self) -> None:
        super().__init__(at=timezone.now() - timedelta(days=2))
        self.report.category.guarantee_days = 365
        self.report.category.save()
        self.crew = self.crews[0]
        self.repair(self.report)
        run_readers(at=timezone.now())

    def repair(self, report: Report) -> None:
        assert self.rider.user is not None
        job = self.assign(report=report)
        photo = make_photo(self.rider.user)
        steps.finish_job(
            job_id=job.pk,
            actor=self.rider.user,
            at=timezone.now() - timedelta(hours=1),
            command_id=uuid4(),
            outcome="fixed",
            photo_ids=[photo.pk],
        )

    def again(self, metres: float = 12, *, read: bool = True, **fields: Any) -> Report:
        report = self.make_report(point=metres_east(metres), **({"at": timezone.now()} | fields))
        if read:
            run_readers(at=timezone.now())
        return self.fresh(report)

    def counted(self) -> tuple[int, int]:
        span = {"since": timezone.now() - YEAR, "until": timezone.now()}
        [kept] = kept_by_category(Report.objects.filter(district=self.left), **span)
        return kept.repairs, kept.came_back


@pytest.fixture
def street() -> Street:
    return Street()


def test_what_breaks_again_is_offered_back_says_so_and_is_counted_once(street: Street) -> None:
    kept = Repair.objects.get(report=street.report)
    assert (kept.crew, kept.job.crew) == (street.crew, street.crew)
    assert street.counted() == (1, 0)
    again = street.again()
    street.again(5)
    assert (again.guarantee_of_id, round(again.guarantee_m or 0)) == (street.report.pk, 12)
    first = suggestions(again, at=timezone.now())[0]
    assert first.name == street.crew.name
    assert "guaranteed until" in first.reasons[0]
    assert street.counted() == (1, 1)
    run_readers(at=timezone.now())
    assert Event.objects.filter(kind="report.guarantee", stream__name=again.stream).count() == 1


def test_only_the_same_within_thirty_metres_after_the_repair_and_in_time_counts(street: Street) -> None:
    others: dict[str, dict[str, Any]] = {
        "too far": {"metres": 31},
        "another category": {"category": "lamp"},
        "too late": {"at": timezone.now() + YEAR + timedelta(days=2)},
        "before the repair": {"at": timezone.now() - timedelta(days=1)},
    }
    assert [why for why, fields in others.items() if street.again(**fields).guarantee_of_id] == []


def test_it_holds_until_the_end_of_its_day(street: Street) -> None:
    last = street.fresh().guarantee_until
    assert last is not None
    evening = datetime(last.year, last.month, last.day, 23, 59, tzinfo=timezone.get_current_timezone())
    assert street.again(at=evening).guarantee_of_id == street.report.pk
    assert street.again(at=evening + timedelta(minutes=1)).guarantee_of_id is None


def test_the_nearest_repair_wins_and_the_pin_of_a_merged_report_stands_for_it(street: Street) -> None:
    nearer = street.make_report(point=metres_east(20), at=timezone.now() - timedelta(days=1))
    street.repair(nearer)
    merged = street.make_report(point=metres_east(-40), at=timezone.now() - timedelta(days=1))
    Report.objects.filter(pk=merged.pk).update(duplicate_of=street.report, status=S.DUPLICATE)
    assert street.again(18).guarantee_of_id == nearer.pk
    assert street.again(-45).guarantee_of_id == street.report.pk


def test_a_merged_report_gives_its_pin_to_the_other_and_is_counted_with_it(street: Street) -> None:
    assert street.mira.user is not None
    again = street.again()
    other = street.make_report(at=timezone.now(), point=metres_east(60))
    mark_duplicate(report_id=again.pk, of_id=other.pk, actor=street.mira.user, at=timezone.now())
    assert street.counted() == (1, 0)
    run_readers(at=timezone.now())
    assert (street.fresh(other).guarantee_of_id, street.counted()) == (street.report.pk, (1, 1))
    separate_report(report_id=again.pk, actor=street.mira.user, at=timezone.now())
    run_readers(at=timezone.now())
    assert (street.fresh(other).guarantee_of_id, street.counted()) == (None, (1, 1))


def test_a_corrected_pin_is_looked_up_again(street: Street) -> None:
    far = street.again(60)
    asked: dict[str, Any] = {"report_id": far.pk, "actor": street.mira.user, "at": timezone.now()}
    correct_report(**asked, point=metres_east(10))
    run_readers(at=timezone.now())
    assert street.fresh(far).guarantee_of_id == street.report.pk
    correct_report(**asked, category="lamp")
    run_readers(at=timezone.now())
    assert (street.fresh(far).guarantee_of_id, street.fresh(far).guarantee_m) == (None, None)


@pytest.mark.parametrize("undo", ["reopened", "sent back"])
def test_a_repair_that_was_undone_answers_for_nothing(street: Street, undo: str) -> None:
    assert street.mira.user is not None
    again = street.again()
    if undo == "reopened":
        reopen_report(report_id=street.report.pk, actor=street.mira.user, at=timezone.now(), text="Still.")
    else:
        job = Repair.objects.get(report=street.report).job
        ProofReview.objects.create(job=job, raised_at=timezone.now())
        reviews.send_back_proof(
            job_id=job.pk, actor=street.mira.user, at=timezone.now(), command_id=uuid4(), note="Not flat."
        )
    assert guarantee_on(street.fresh(again)) is None
    run_readers(at=timezone.now())
    assert street.fresh(again).guarantee_of_id is None


def test_the_desk_reads_it_and_gives_it_back_in_one_click(street: Street) -> None:
    again = street.again()
    queue = street.mira.open("/desk/")
    assert "comes back under guarantee" in queue
    page = street.mira.open(street.path(again))
    assert "12 m from here: offered back to them" in page
    assert f"/desk/r/{format_code(street.report.code)}/" in page
    assert f"Give it back to {street.crew.name}" in page
    job = street.assign(report=again)
    [facts] = crew_jobs(street.crew)
    assert (facts["id"], facts["guarantee"]["is_own"]) == (str(job.pk), True)
    assert "Comes back under guarantee" in street.rider.open("/crew/")


def test_the_desk_says_that_it_is_another_thing_and_takes_that_back(street: Street) -> None:
    assert street.mira.user is not None
    again = street.again()
    earlier = format_code(street.report.code)
    act = street.path(again, act="not-the-same")
    assert act in street.mira.open(street.path(again))
    version = hidden(street.mira.open(act), "version")
    assert street.mira.send(act, version=version, text="That was the kerb.").status_code == 302
    assert (street.fresh(again).guarantee_of_id, street.counted()) == (None, (1, 0))
    page = street.mira.open(street.path(again))
    assert "Comes back under guarantee" not in page
    assert "no case of guarantee. Mira" in page
    assert page.count("That was the kerb.") == 2  # beside the report, and in the timeline for staff
    public = Client().get(f"/r/{format_code(again.code)}/").content.decode()
    assert "Another thing than what was repaired here before: no case of guarantee" in public
    assert "kerb" not in public
    correct_report(report_id=again.pk, actor=street.mira.user, point=metres_east(3), at=timezone.now())
    run_readers(at=timezone.now())
    assert street.fresh(again).guarantee_of_id is None  # moved or not
    back = street.path(again, act="the-same")
    assert back in street.mira.open(street.path(again))
    assert street.mira.send(back).status_code == 302
    page = street.mira.open(street.path(again))
    assert f"/desk/r/{earlier}/" in page
    assert "The same thing as was repaired here before, after all" in page
    assert street.counted() == (1, 1)
    events = Event.objects.filter(kind="report.guarantee", stream__name=f"district:{street.left.code}")
    assert events.count() == 4


def test_the_crew_on_it_is_told_when_it_is_no_case_of_guarantee_after_all(street: Street) -> None:
    assert street.rider.user is not None
    again = street.again()
    job = street.assign(report=again)
    assert "Comes back under guarantee" in street.rider.open("/crew/")
    street.mira.send(street.path(again, act="not-the-same"))
    run_readers(at=timezone.now())
    told = Event.objects.filter(stream__name=street.crew.stream).latest("offset")
    assert (told.kind, told.payload["job"]) == ("job.guarantee", str(job.pk))
    facts = EventFacts(told.stream.name, told.offset, told.kind, told.payload, told.at)
    [seen] = CrewStreams().present(street.rider.user, str(street.crew.pk), [facts])
    assert seen["job"]["guarantee"] is None
    run_readers(at=timezone.now())
    assert Event.objects.filter(kind="job.guarantee").count() == 1


def test_what_is_another_thing_than_the_nearest_repair_may_be_a_farther_one(street: Street) -> None:
    nearer = street.make_report(point=metres_east(20), at=timezone.now() - timedelta(days=1))
    street.repair(nearer)
    again = street.again(18)
    path = street.path(again, act="not-the-same")
    for repair in (nearer, street.report):
        assert street.fresh(again).guarantee_of_id == repair.pk
        street.mira.send(path)
    assert street.fresh(again).guarantee_of_id is None
    assert street.mira.send(path).status_code == 302  # said once more it is said once
    assert (
        "there is nothing to take back"
        in street.mira.send(street.path(street.again(60), act="not-the-same")).content.decode()
    )


def test_who_comes_second_is_told_that_it_was_called_another_thing(street: Street) -> None:
    again = street.again()
    path = street.path(again, act="not-the-same")
    version = hidden(street.lena.open(path), "version")
    street.mira.send(path, version=version)
    late = street.lena.send(path, version=version, text="That was the kerb.")
    assert late.status_code == 409
    page = late.content.decode()
    assert "Another thing than what was repaired here before" in page
    assert "That was the kerb." in page


def test_the_desk_is_told_why_the_crew_can_not_be_sent(street: Street) -> None:
    again = street.again()
    street.crew.is_active = False
    street.crew.save()
    page = street.mira.open(street.path(again))
    assert "This crew does not work any more" in page
    assert "offered back" not in page
    street.crew.is_active, street.crew.district = True, street.right
    street.crew.save()
    assert "It is a crew of Right" in street.mira.open(street.path(again))


def test_a_crew_off_duty_stands_first_with_what_speaks_against_it(street: Street) -> None:
    street.crew.is_on_duty = False
    street.crew.save()
    again = street.again()
    best, _others = split(suggestions(again, at=timezone.now(), most=None))
    assert [(each.name, each.is_fit) for each in best] == [("Left 1", False), ("Left 2", True)]
    page = street.mira.open(street.path(again))
    assert "<strong>off duty</strong> · repaired it, guaranteed until" in page
    assert re.search(r"data-assign[^>]*Assign to Left 2", page)


def test_the_resident_is_told(street: Street) -> None:
    again = street.again()
    page = Client().get(f"/r/{format_code(again.code)}/").content.decode()
    assert "as a case of guarantee" in page
    Report.objects.filter(pk=street.report.pk).update(visibility="private")
    assert "as a case of guarantee" not in Client().get(f"/r/{format_code(again.code)}/").content.decode()


def test_looking_it_up_takes_seven_statements_behind_the_request(street: Street) -> None:
    report = street.again(60, read=False)
    with CaptureQueriesContext(connection) as queries:
        run_readers(at=timezone.now(), streams=[report.stream])
    own = [query["sql"] for query in queries]
    assert len(own) <= 17
    assert sum("guarantee_until" in sql and "duplicate_of" in sql for sql in own) == 2


@pytest.mark.postgis
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_note_and_tell_it_once() -> None:
    street = Street()
    again = street.again(read=False)
    at_once(*[lambda: note_guarantee(code=again.code, at=timezone.now())] * 4)
    assert street.fresh(again).guarantee_of_id == street.report.pk
    assert Event.objects.filter(kind="report.guarantee", stream__name=again.stream).count() == 1
