"""Residents: they report at a chosen rate, some tell the same twice, and some say whether it was fixed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import shapely
from shapely.geometry.base import BaseGeometry

from dispatch.simulation.pictures import draw_photo
from dispatch.simulation.run import Run, Told
from dispatch.simulation.site import Body, Browser
from districts.geometry import Position

TELLS_IT_AGAIN, CONFIRMS, REOPENS = 0.12, 0.45, 0.12
# About ten metres: the same thing, told from across the street.
BESIDE = 0.0001
WORDS = (
    "It has been like this for a week.",
    "Somebody will get hurt here.",
    "On the way to the school.",
    "Right beside the bus stop.",
    "Please have a look.",
)


@dataclass(frozen=True)
class Area:
    """A district, from which reports come."""

    code: str
    shape: BaseGeometry

    def place(self, run: Run) -> Position:
        west, south, east, north = self.shape.bounds
        for _try in range(50):
            lon, lat = run.random.uniform(west, east), run.random.uniform(south, north)
            if self.shape.contains(shapely.Point(lon, lat)):
                return lon, lat
        inside = self.shape.representative_point()
        return inside.x, inside.y


async def list_areas(run: Run) -> list[Area]:
    """The city's districts, as its map has them."""
    answer = await run.site.call("GET", "/map/districts.geojson")
    found = answer.facts["features"]
    return [
        Area(each["properties"]["code"], shapely.geometry.shape(each["geometry"]))
        for each in found
        if each["properties"].get("role") == "area"
    ]


async def report_things(run: Run, areas: Sequence[Area]) -> None:
    """Until it is cancelled, at random moments with the chosen mean."""
    categories = await _list_categories(run)
    number = 0
    while run.wishes.reports_per_hour > 0:
        await asyncio.sleep(run.random.expovariate(run.wishes.reports_per_hour / 3600))
        number += 1
        await _report(run, run.random.choice(areas), run.random.choice(categories), number)


async def _list_categories(run: Run) -> list[str]:
    """Those that ask no questions which must be answered."""
    groups: list[dict[str, Any]] = (await run.site.call("GET", "/api/v1/categories/")).facts["groups"]
    offered = [each for group in groups for each in group["categories"]]
    return [each["code"] for each in offered if not any(q.get("required") for q in each["questions"])]


async def _report(run: Run, area: Area, category: str, number: int) -> None:
    earlier, place = _earlier(run), area.place(run)
    if earlier is not None:
        category, place = earlier.told.category, _beside(run, earlier.place)
    lon, lat = place
    facts = {
        "id": run.make_id(f"report {number}"),
        "lat": f"{lat:.6f}",
        "lon": f"{lon:.6f}",
        "accuracy": str(run.random.randint(4, 25)),
        "category": category,
        "description": run.random.choice(WORDS),
        "language": "en",
    }
    photo = await draw_photo(category, run.random.randrange(10**6))
    answer = await run.site.call("POST", "/api/v1/reports/", Body.of_form(facts, "photos", photo))
    if not answer.is_fine:
        run.diary.note("resident", f"was refused: {answer.text[:120]}", counts_as="refused")
        return
    created = answer.facts
    private = urlsplit(created["links"]["private"]).path
    told = Told(created["code"], private, category, earlier.told.code if earlier else "")
    run.remember(told, place)
    again = f", the same as {told.double_of}" if told.double_of else ""
    where = created["district"]["name"]
    run.diary.note("resident", f"reported {told.code}, {category} in {where}{again}", counts_as="reported")


def _earlier(run: Run) -> Any:
    originals = [each for each in run.told.values() if not each.told.double_of]
    return run.random.choice(originals) if originals and run.happens(TELLS_IT_AGAIN) else None


def _beside(run: Run, place: Position) -> Position:
    return place[0] + run.random.uniform(-BESIDE, BESIDE), place[1] + run.random.uniform(-BESIDE, BESIDE)


async def answer_repairs(run: Run) -> None:
    """Of those who reported in this run, some confirm the repair, and some open it again."""
    async with asyncio.TaskGroup() as answers:
        while True:
            code = await run.finished.get()
            if code in run.told:
                answers.create_task(_answer(run, run.told[code].told))


async def _answer(run: Run, told: Told) -> None:
    await run.pause(60, 240)
    if not await _is_fixed(run, told):
        return
    browser = Browser(run.site)
    await browser.get(told.private)
    if run.happens(CONFIRMS):
        await browser.post(f"{told.private}confirm/", {})
        run.diary.note("resident", f"confirmed {told.code}", counts_as="confirmed")
    elif run.happens(REOPENS / (1 - CONFIRMS)):
        await browser.post(f"{told.private}reopen/", {"text": "It is broken again."})
        run.diary.note("resident", f"opened {told.code} again", counts_as="reopened")


async def _is_fixed(run: Run, told: Told) -> bool:
    answer = await run.site.call("GET", f"/api/v1/reports/{told.code}/")
    return answer.is_fine and answer.facts["properties"]["status"] == "resolved"
