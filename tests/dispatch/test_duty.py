"""Duty that knows the shift: forgotten sign-offs, breaks in which nothing rings or is tracked."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.errors import NotFound
from dispatch.models import Crew, Position, Shift, ShiftBreak
from dispatch.selectors.shifts import next_break_length
from dispatch.services import steps
from dispatch.services.duty import USUAL_BREAK, NotOnDuty, end_break, set_duty, take_break
from dispatch.services.shift_clock import begin_planned_breaks, end_forgotten_duties
from dispatch.services.shifts import plan_shift
from dispatch.silence import Circumstances, judge
from dispatch.spans import Span, Times
from dispatch.tracking import last_fixes, receive_positions
from dispatch.tracking.memory import memory
from live import delivery
from live.models import Event
from tests.dispatch.factories import PLACE, Scene

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
END = BEGIN + timedelta(hours=8)
NOON = BEGIN + timedelta(hours=4)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def on_shift(*breaks: Span, **report: Any) -> Scene:
    """A crew that signed on when its shift began."""
    scene = Scene(**report)
    plan_shift(
        shift_id=uuid4(), crew_id=scene.crew.pk, times=Times(Span(BEGIN, END), breaks), actor=None, at=BEGIN
    )
    Crew.objects.filter(pk=scene.crew.pk).update(on_duty_since=BEGIN)
    return scene


def lunch() -> Span:
    return Span(NOON, NOON + minutes(30))


def kinds(stream: str) -> list[str]:
    return list(Event.objects.filter(stream__name=stream).order_by("offset").values_list("kind", flat=True))


def test_a_forgotten_sign_off_ends_with_the_shift_and_its_grace_and_both_sides_are_told() -> None:
    scene = on_shift()
    assert not end_forgotten_duties(at=END + minutes(29))
    assert end_forgotten_duties(at=END + minutes(30)) == 1
    assert not end_forgotten_duties(at=END + minutes(31))
    scene.crew.refresh_from_db()
    assert (scene.crew.is_on_duty, scene.crew.off_duty_because) == (False, Crew.OffDuty.SHIFT_ENDED)
    for stream in (scene.crew.stream, "district:centre"):
        event = Event.objects.filter(stream__name=stream, kind="crew.off_duty").get()
        assert event.payload["because"] == "shift_ended"


def test_who_signs_on_after_the_shift_or_without_one_decides_alone() -> None:
    scene = on_shift()
    Crew.objects.update(on_duty_since=END + minutes(5))
    assert not end_forgotten_duties(at=END + timedelta(hours=5))
    Shift.objects.all().delete()
    Crew.objects.update(on_duty_since=BEGIN)
    assert not end_forgotten_duties(at=END + timedelta(hours=5))
    assert scene.crew.is_on_duty


def test_the_next_shift_keeps_the_crew_on_duty() -> None:
    scene = on_shift()
    following = Times(Span(END + minutes(10), END + timedelta(hours=3)))
    plan_shift(shift_id=uuid4(), crew_id=scene.crew.pk, times=following, actor=None, at=BEGIN)
    assert not end_forgotten_duties(at=END + minutes(40))
    assert end_forgotten_duties(at=END + timedelta(hours=3, minutes=30)) == 1


def test_a_crew_that_goes_on_working_is_not_cut_off() -> None:
    scene = on_shift()
    job = scene.assign(at=NOON)
    steps.start_job(job_id=job.pk, actor=scene.rider, at=END + minutes(20), command_id=uuid4())
    assert not end_forgotten_duties(at=END + minutes(45))
    assert end_forgotten_duties(at=END + minutes(50)) == 1


def test_a_planned_break_begins_by_itself_once() -> None:
    scene = on_shift(lunch())
    assert not begin_planned_breaks(at=NOON - minutes(1))
    assert begin_planned_breaks(at=NOON + minutes(1)) == 1
    assert not begin_planned_breaks(at=NOON + minutes(2))
    scene.crew.refresh_from_db()
    assert scene.crew.break_until == NOON + minutes(31)
    assert kinds("district:centre")[-1] == "crew.resting"


def test_the_next_break_is_as_long_as_planned_and_the_usual_one_once_that_has_begun() -> None:
    scene = on_shift(Span(NOON, NOON + minutes(60)))
    assert next_break_length(scene.crew.pk, at=NOON - minutes(1)) == minutes(60)
    begin_planned_breaks(at=NOON + minutes(1))
    assert next_break_length(scene.crew.pk, at=NOON + minutes(40)) == USUAL_BREAK


def test_a_crew_at_work_takes_its_break_afterwards() -> None:
    scene = on_shift(lunch())
    job = scene.assign(at=BEGIN)
    steps.arrive(job_id=job.pk, actor=scene.rider, at=NOON - minutes(20), command_id=uuid4())
    assert not begin_planned_breaks(at=NOON + minutes(10))
    said: dict[str, Any] = {"job_id": job.pk, "actor": scene.rider, "command_id": uuid4()}
    steps.obstruct_job(**said, at=NOON + minutes(40), reason="no_access")
    assert begin_planned_breaks(at=NOON + minutes(41)) == 1
    scene.crew.refresh_from_db()
    assert scene.crew.break_until == NOON + minutes(71)


def test_off_duty_and_long_after_no_break_begins() -> None:
    scene = on_shift(lunch())
    assert not begin_planned_breaks(at=NOON + timedelta(hours=2))
    Crew.objects.filter(pk=scene.crew.pk).update(is_on_duty=False)
    assert not begin_planned_breaks(at=NOON)
    assert ShiftBreak.objects.get().begun_at is None


def test_on_a_break_nothing_is_tracked_and_afterwards_it_is() -> None:
    scene = on_shift()
    memory.clear()

    def drive(at: datetime) -> None:
        with time_machine.travel(at, tick=False):
            receive_positions(
                [delivery.Position(scene.rider, (scene.crew.stream,), PLACE[1], PLACE[0], 8.0, at)]
            )

    take_break(crew_id=scene.crew.pk, actor=scene.rider, at=NOON)
    drive(NOON + minutes(10))
    assert not Position.objects.exists()
    assert last_fixes([scene.crew.pk]) == {}
    drive(NOON + minutes(31))
    assert Position.objects.get().at == NOON + minutes(31)


def test_the_time_to_accept_stands_still_during_a_break() -> None:
    known = Circumstances("assigned", NOON, busy_until=NOON + minutes(30))
    verdict = judge(known, accept_within=minutes(3), at=NOON + minutes(20))
    assert (verdict.matter, verdict.look_at) == (None, NOON + minutes(33))


def test_breaks_are_begun_and_ended_by_the_crew_or_its_desk_and_only_on_duty() -> None:
    scene = on_shift()
    take_break(crew_id=scene.crew.pk, actor=scene.rider, at=NOON, length=timedelta(hours=9))
    again = take_break(crew_id=scene.crew.pk, actor=scene.dispatcher, at=NOON + minutes(5))
    assert again.break_until == NOON + timedelta(hours=2)
    assert end_break(crew_id=scene.crew.pk, actor=scene.dispatcher, at=NOON + minutes(6)).break_until is None
    assert kinds(scene.crew.stream)[-2:] == ["crew.resting", "crew.back"]
    with pytest.raises(NotFound):
        take_break(crew_id=scene.crew.pk, actor=Scene("far").dispatcher, at=NOON)
    set_duty(crew_id=scene.crew.pk, is_on_duty=False, actor=scene.rider, at=NOON)
    with pytest.raises(NotOnDuty):
        take_break(crew_id=scene.crew.pk, actor=scene.rider, at=NOON)


def test_the_crews_page_tells_shift_break_and_why_it_is_off_duty() -> None:
    scene = on_shift(lunch())
    phone = Client()
    phone.force_login(scene.rider)
    with time_machine.travel(NOON - minutes(30), tick=False):
        page = phone.get("/crew/").content.decode()
        assert "Shift until 16:00" in page
        assert "break 12:00–12:30" in page
        page = phone.post("/crew/break/", follow=True).content.decode()
        assert "On a break until 12:00" in page
        assert 'data-rests-until="2026-11-03T' in page
        assert (
            "data-rests-until" not in phone.post("/crew/break/", {"back": "1"}, follow=True).content.decode()
        )
    end_forgotten_duties(at=END + minutes(30))
    assert "You were signed off: your shift had ended." in phone.get("/crew/").content.decode()
