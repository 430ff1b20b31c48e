"""Working hours, holidays and changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts.calendars import (
    CalendarHours,
    CalendarRefused,
    add_working_seconds,
    take_working_seconds,
    working_seconds_between,
)
from districts.models import WorkingCalendar

SOFIA = ZoneInfo("Europe/Sofia")
OFFICE = {str(day): [["08:30", "12:30"], ["13:00", "17:30"]] if day < 5 else [] for day in range(7)}
HOUR = 3600


def calendar(**fields: object) -> CalendarHours:
    fields = {"country": "BG", "time_zone": "Europe/Sofia", "hours": OFFICE} | fields
    read = CalendarHours.from_model(WorkingCalendar(name="office", **fields))
    assert read is not None
    return read


def sofia(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SOFIA)  # type: ignore[arg-type,misc]


def test_no_calendar_means_around_the_clock() -> None:
    start = sofia(2026, 11, 7, 23)
    assert add_working_seconds(start, 5 * HOUR, None) == start + timedelta(hours=5)
    assert working_seconds_between(start, start + timedelta(hours=5), None) == 5 * HOUR
    assert CalendarHours.from_model(None) is None


def test_a_deadline_goes_on_after_the_lunch_break_and_the_weekend() -> None:
    friday = sofia(2026, 11, 6, 12)
    assert add_working_seconds(friday, 1 * HOUR, calendar()) == sofia(2026, 11, 6, 13, 30)
    assert add_working_seconds(friday, 6 * HOUR, calendar()) == sofia(2026, 11, 9, 9, 30)


def test_a_span_s_last_second_is_in_the_span_and_not_at_the_beginning_of_the_next() -> None:
    assert add_working_seconds(sofia(2026, 11, 6, 17), HOUR / 2, calendar()) == sofia(2026, 11, 6, 17, 30)


def test_bulgarian_holidays_do_not_count() -> None:
    # 3 March 2026 is Liberation Day, a Tuesday; Orthodox Easter Monday is 13 April.
    assert add_working_seconds(sofia(2026, 3, 2, 17), HOUR, calendar()) == sofia(2026, 3, 4, 9)
    assert working_seconds_between(sofia(2026, 4, 13), sofia(2026, 4, 14), calendar()) == 0


def test_turkish_holidays_do_not_count() -> None:
    istanbul = ZoneInfo("Europe/Istanbul")
    turkish = calendar(country="TR", time_zone="Europe/Istanbul")
    day = datetime(2026, 10, 29, 9, tzinfo=istanbul)
    assert working_seconds_between(day, day + timedelta(hours=8), turkish) == 0


def test_extra_days_are_free_or_worked_whatever_the_calendar_says() -> None:
    extra = calendar(extra_holidays=["2026-11-04"], extra_working_days=["2026-11-07", "2026-03-03"])
    assert extra.spans_on(date(2026, 11, 4)) == ()
    assert extra.spans_on(date(2026, 11, 7)) == extra.hours[0]
    assert extra.spans_on(date(2026, 3, 3)) == extra.hours[1]


def test_a_night_shift_is_as_long_as_it_is_when_the_clocks_change() -> None:
    night = calendar(country="", hours={str(day): [["00:00", "06:00"]] for day in range(7)})
    assert working_seconds_between(sofia(2026, 3, 29), sofia(2026, 3, 29, 12), night) == 5 * HOUR
    assert working_seconds_between(sofia(2026, 10, 25), sofia(2026, 10, 25, 12), night) == 7 * HOUR


def test_spans_that_meet_in_the_repeated_hour_are_not_counted_twice() -> None:
    hours = [["00:00", "03:30"], ["03:30", "06:00"]]
    night = calendar(country="", hours={str(day): hours for day in range(7)})
    assert working_seconds_between(sofia(2026, 10, 25), sofia(2026, 10, 25, 12), night) == 7 * HOUR


def test_a_span_until_midnight_ends_there() -> None:
    late = calendar(country="", hours={"0": [["22:00", "24:00"]], "1": [["00:00", "02:00"]]})
    assert add_working_seconds(sofia(2026, 11, 2, 23), 2 * HOUR, late) == sofia(2026, 11, 3, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"hours": {}},
        {"hours": {"0": []}},
        {"hours": {"7": [["08:00", "09:00"]]}},
        {"hours": {"0": [["09:00", "08:00"]]}},
        {"hours": {"0": [["08:00", "10:00"], ["09:00", "12:00"]]}},
        {"hours": {"0": ["08:00"]}},
        {"hours": ["08:00"]},
        {"time_zone": "Europe/Vitosha"},
        {"time_zone": ""},
        {"country": "XX"},
        {"subdivision": "nowhere"},
        {"extra_holidays": ["24 May"]},
        {"extra_working_days": [20260524.5]},
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(CalendarRefused):
        calendar(**fields)


def test_a_calendar_of_nothing_but_holidays_is_refused_and_does_not_loop() -> None:
    never = CalendarHours(SOFIA, {})
    with pytest.raises(CalendarRefused, match="no working hours"):
        add_working_seconds(sofia(2026, 1, 1), HOUR, never)
    assert working_seconds_between(sofia(2026, 1, 1), sofia(2026, 2, 1), never) == 0


def test_negative_seconds_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_working_seconds(sofia(2026, 1, 1), -1, None)


QUARTERS = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
SPANS = (
    st.lists(QUARTERS, unique=True, max_size=6)
    .map(sorted)
    .map(lambda edges: tuple(zip(edges[::2], edges[1::2], strict=False)))
)
WEEKS = st.dictionaries(st.integers(0, 6), SPANS, min_size=1).filter(lambda week: any(week.values()))
CALENDARS = st.builds(
    CalendarHours,
    zone=st.sampled_from(["Europe/Sofia", "Europe/Istanbul", "UTC", "America/New_York"]).map(ZoneInfo),
    hours=WEEKS,
    country=st.sampled_from(["", "BG", "TR"]),
)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SECONDS = st.integers(0, 20 * 24 * HOUR)


@given(CALENDARS, INSTANTS, SECONDS)
def test_what_is_added_is_what_lies_between(hours: CalendarHours, start: datetime, seconds: int) -> None:
    end = add_working_seconds(start, seconds, hours)
    assert end >= start + timedelta(seconds=seconds)
    assert working_seconds_between(start, end, hours) == seconds


@given(CALENDARS, INSTANTS, SECONDS)
def test_what_is_taken_is_what_lies_between(hours: CalendarHours, end: datetime, seconds: int) -> None:
    begun = take_working_seconds(end, seconds, hours)
    assert begun <= end
    assert working_seconds_between(begun, end, hours) == seconds


@given(CALENDARS, INSTANTS, SECONDS, SECONDS)
def test_adding_in_two_steps_is_adding_at_once(
    hours: CalendarHours, start: datetime, first: int, second: int
) -> None:
    halfway = add_working_seconds(start, first, hours)
    assert add_working_seconds(halfway, second, hours) == add_working_seconds(start, first + second, hours)


@given(CALENDARS, INSTANTS, INSTANTS, INSTANTS)
def test_time_between_adds_up(hours: CalendarHours, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted([a, b, c])
    whole = working_seconds_between(a, c, hours)
    parts = working_seconds_between(a, b, hours) + working_seconds_between(b, c, hours)
    assert whole == pytest.approx(parts)
    assert whole <= (c - a).total_seconds()
