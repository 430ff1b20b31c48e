"""Who plays in a run: crews of the demo city, its residents, and its dispatchers if they are asked for."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from dispatch.demo.city import SHOWN
from dispatch.demo.people import CREWS_PER_DISTRICT
from dispatch.simulation.desk import Dispatcher
from dispatch.simulation.residents import Area, answer_repairs, list_areas, report_things
from dispatch.simulation.rider import Rider
from dispatch.simulation.run import Run, Wishes, play
from dispatch.simulation.site import SimulationRefused

LEAVES_WITHIN_S = 8.0
NO_CITY = "There are no districts on this server: bin/demo makes a city."
NO_DEMO = (
    "This is no demo city: the demo's crews can't sign in there. Nothing was changed. "
    "--yes-this-server reports all the same."
)


@dataclass
class Cast:
    """Who takes part, and where."""

    areas: list[Area] = field(default_factory=list)
    riders: list[Rider] = field(default_factory=list)
    dispatchers: list[Dispatcher] = field(default_factory=list)


async def simulate(wishes: Wishes, say: Callable[[str], object]) -> None:
    """Play until the time is over or the task is cancelled. Raises SimulationRefused."""
    run = Run.begin(wishes, say)
    cast = Cast()
    try:
        await _gather(run, cast)
        say(_opening(run, cast))
        await play(_parts(run, cast), wishes.seconds)
        say(run.diary.sum_up())
    except asyncio.CancelledError:
        say(run.diary.sum_up())
        raise
    finally:
        await _leave(cast)


def _opening(run: Run, cast: Cast) -> str:
    where = ", ".join(area.code for area in cast.areas)
    desk = "dispatchers too" if cast.dispatchers else "assigning is yours, at /desk/"
    crews = ", ".join(rider.name for rider in cast.riders) or "nobody"
    return f"On duty: {crews} ({where}). {run.wishes.reports_per_hour:g} reports an hour; {desk}."


def _parts(run: Run, cast: Cast) -> list[Coroutine[Any, Any, None]]:
    people = [rider.ride() for rider in cast.riders] + [each.work() for each in cast.dispatchers]
    return [*people, report_things(run, cast.areas), answer_repairs(run)]


async def _gather(run: Run, cast: Cast) -> None:
    """Who can sign in takes part. Nothing is invented before a crew of the demo could."""
    areas = sorted(await list_areas(run), key=lambda area: (area.code != SHOWN, area.code))
    posts = [(area, number) for area in areas for number in range(1, CREWS_PER_DISTRICT + 1)]
    await _require_demo(run, posts)
    for area, number in posts[: run.wishes.crews]:
        rider = await Rider.sign_in(run, _email("crew", f"{area.code}-{number}"), area.place(run))
        if rider is not None:
            cast.riders.append(rider)
            cast.areas += [] if area in cast.areas else [area]
    cast.areas = cast.areas or areas[:1]
    if run.wishes.plays_dispatcher:
        await _sit_down(run, cast)


async def _require_demo(run: Run, posts: list[tuple[Area, int]]) -> None:
    if not posts:
        raise SimulationRefused(NO_CITY)
    area, number = posts[0]
    token = await run.token_for(_email("crew", f"{area.code}-{number}"))
    if token is None and not run.wishes.yes_this_server:
        raise SimulationRefused(NO_DEMO)
    if token is not None:
        await run.give_back(token)


async def _sit_down(run: Run, cast: Cast) -> None:
    crews = [rider.stream.removeprefix("crew:") for rider in cast.riders]
    for area in cast.areas:
        email = _email("dispatcher", area.code)
        dispatcher = await Dispatcher.sign_in(run, area.code, email, crews)
        if dispatcher is not None:
            cast.dispatchers.append(dispatcher)


async def _leave(cast: Cast) -> None:
    """Crews go off duty that this run signed on, and all give their tokens back; a dead server is left so."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LEAVES_WITHIN_S):
            await asyncio.gather(*(rider.sign_off() for rider in cast.riders))


def _email(role: str, name: str) -> str:
    return f"{role}-{name}@mahala.example".lower()
