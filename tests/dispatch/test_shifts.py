"""Shifts: planned without overlaps, shown by week, changed and removed by forms."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.errors import NotFound
from accounts.models import User
from dispatch.models import Crew, Shift, ShiftBreak
from dispatch.services.shifts import ShiftReused, change_shift, plan_shift, remove_shift, times_of
from dispatch.spans import ShiftRefused, Times, breaks_in_words, read_clock, read_times
from districts.models import Role
from live.models import Event
from tests.dispatch.factories import AT, Scene, make_crew, make_staff, make_user

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 3)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def times(starts: str = "08:00", ends: str = "16:30", breaks: str = "", day: date = DAY) -> Times:
    return read_times(day, read_clock(starts, field="starts"), read_clock(ends, field="ends"), breaks)


def plan(crew: Crew, actor: User | None = None, **words: Any) -> Shift:
    shift_id = words.pop("shift_id", None) or uuid4()
    return plan_shift(shift_id=shift_id, crew_id=crew.pk, times=times(**words), actor=actor, at=AT)


def local(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d %H:%M}"


def test_a_shift_that_ends_before_it_begins_ends_the_next_day_and_so_do_its_breaks() -> None:
    night = times("22:00", "06:00", "02:30-03:00; 23:30–00:15")
    assert (local(night.shift.starts_at), local(night.shift.ends_at)) == ("03 22:00", "04 06:00")
    assert [local(each.starts_at) for each in night.breaks] == ["03 23:30", "04 02:30"]
    assert breaks_in_words(night.breaks) == "23:30–00:15, 02:30–03:00"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"starts": "8 o'clock"}, "starts"),
        ({"ends": "25:00"}, "ends"),
        ({"starts": "06:00", "ends": "05:00"}, "ends"),
        ({"breaks": "noon"}, "breaks"),
        ({"breaks": "17:00-17:30"}, "breaks"),
        ({"breaks": "12:00-12:30, 12:20-12:40"}, "breaks"),
        ({"breaks": ", ".join(f"{hour}:00-{hour}:10" for hour in range(8, 15))}, "breaks"),
    ],
)
def test_times_that_make_no_shift_are_refused_by_their_field(words: dict[str, Any], field: str) -> None:
    with pytest.raises(ShiftRefused) as refusal:
        times(**words)
    assert refusal.value.field == field


def test_shifts_of_a_crew_never_overlap_but_may_touch() -> None:
    scene = Scene()
    plan(scene.crew, scene.dispatcher)
    with pytest.raises(ShiftRefused):
        plan(scene.crew, scene.dispatcher, starts="16:00", ends="20:00")
    plan(scene.crew, scene.dispatcher, starts="16:30", ends="20:00")
    plan(make_crew(scene.district), scene.dispatcher)
    assert Shift.objects.count() == 3


def test_the_administration_is_told_of_an_overlap_too() -> None:
    scene = Scene()
    shift = plan(scene.crew)
    twin = Shift(crew=scene.crew, starts_at=shift.starts_at + timedelta(hours=1), ends_at=shift.ends_at)
    with pytest.raises(ValidationError, match="another shift"):
        twin.full_clean()


@pytest.mark.postgis
def test_the_database_itself_refuses_an_overlap() -> None:
    shift = plan(Scene().crew)
    assert connection.vendor == "postgresql"
    with pytest.raises(IntegrityError, match="shifts_apart"), transaction.atomic():
        Shift.objects.create(crew=shift.crew, starts_at=shift.starts_at, ends_at=shift.ends_at)


def test_planning_twice_with_one_id_is_one_shift_and_other_times_are_a_fault() -> None:
    scene, shift_id = Scene(), uuid4()
    first = plan(scene.crew, shift_id=shift_id, breaks="12:00-12:30")
    assert plan(scene.crew, shift_id=shift_id, breaks="12:00-12:30") == first
    with pytest.raises(ShiftReused):
        plan(scene.crew, shift_id=shift_id)
    assert Event.objects.filter(kind="crew.shift_planned", stream__name=scene.crew.stream).count() == 1


def test_a_changed_shift_keeps_the_breaks_that_were_taken() -> None:
    shift = plan(Scene().crew, breaks="12:00-12:30, 15:00-15:15")
    ShiftBreak.objects.filter(shift=shift).update(begun_at=AT)
    change_shift(
        shift_id=shift.uuid, times=times("07:00", breaks="12:00-12:30, 14:00-14:15"), actor=None, at=AT
    )
    kept, new = shift.breaks.all()
    assert (kept.begun_at, new.begun_at) == (AT, None)
    assert times_of(Shift.objects.get()) == times("07:00", breaks="12:00-12:30, 14:00-14:15")


def test_only_dispatchers_of_the_crews_district_plan() -> None:
    scene, other = Scene(), Scene("far")
    shift = plan(scene.crew, scene.dispatcher)
    for stranger in (other.dispatcher, scene.rider, make_user(), make_staff(scene.district, Role.OPERATOR)):
        with pytest.raises(NotFound):
            plan(scene.crew, stranger, day=DAY + timedelta(days=1))
        with pytest.raises(NotFound):
            change_shift(shift_id=shift.uuid, times=times("07:00"), actor=stranger, at=AT)
        with pytest.raises(NotFound):
            remove_shift(shift_id=shift.uuid, actor=stranger, at=AT)


# --- the page --------------------------------------------------------------------------------------------


def form(planned: Crew, **words: str) -> dict[str, str]:
    told = {"id": str(uuid4()), "crew": str(planned.pk), "district_code": planned.district.code}
    return {**told, "day": "2026-11-03", "starts": "08:00", "ends": "16:30", "breaks": "12:00-12:30", **words}


def test_a_dispatcher_plans_changes_and_removes_a_shift_by_forms_alone() -> None:
    scene = Scene()
    desk = browser(scene.dispatcher)
    answer = desk.post("/desk/shifts/add/", form(scene.crew), follow=True)
    page = answer.content.decode()
    assert "08:00–16:30" in page
    assert "12:00–12:30" in page
    address = f"/desk/shifts/{Shift.objects.get().uuid}/"
    assert 'value="08:00"' in desk.get(address).content.decode()
    changed = {"day": "2026-11-04", "starts": "09:00", "ends": "17:00", "breaks": ""}
    assert "09:00–17:00" in desk.post(address, changed, follow=True).content.decode()
    desk.post(f"{address}remove/")
    assert not Shift.objects.exists()
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"starts": "soon"}, "Enter a valid time"),
        ({"breaks": "17:00-17:30"}, "is not within the shift"),
        ({"day": ""}, "This field is required"),
        ({"crew": str(uuid4())}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_planned(words: dict[str, str], told: str) -> None:
    scene = Scene()
    answer = browser(scene.dispatcher).post("/desk/shifts/add/", form(scene.crew, **words))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Shift.objects.exists()


def test_a_taken_time_is_told_at_the_field() -> None:
    scene = Scene()
    plan(scene.crew)
    answer = browser(scene.dispatcher).post("/desk/shifts/add/", form(scene.crew))
    assert f"{scene.crew.name} has another shift at that time." in answer.content.decode()


def test_an_operator_sees_the_week_and_plans_nothing() -> None:
    scene = Scene()
    plan(scene.crew)
    desk = browser(make_staff(scene.district, Role.OPERATOR))
    page = desk.get("/desk/shifts/?week=2026-11-05").content.decode()
    assert "08:00–16:30" in page
    assert "<form" not in page.partition("<main")[2]
    assert desk.post("/desk/shifts/add/", form(scene.crew)).status_code == 404


@pytest.mark.parametrize("week", ["", "nonsense", "2026-99-99", "1900-01-01"])
def test_any_week_can_be_asked_for(week: str) -> None:
    assert browser(Scene().dispatcher).get(f"/desk/shifts/?week={week}").status_code == 200


def test_the_week_costs_the_same_for_any_number_of_crews(django_assert_max_num_queries: Any) -> None:
    scene = Scene()
    for _ in range(6):
        plan(make_crew(scene.district), breaks="12:00-12:30")
    desk = browser(scene.dispatcher)
    desk.get("/desk/shifts/")
    with django_assert_max_num_queries(12):
        desk.get("/desk/shifts/?week=2026-11-03")


def test_clocks_that_change_make_a_shift_as_long_as_it_is() -> None:
    night = read_times(date(2026, 10, 24), time(22), time(6))
    assert night.shift.length == timedelta(hours=9)
