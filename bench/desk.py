"""How fast the desk's queue and map are at 100,000 reports, 20,000 of them open, all in one district.

`DATABASE_URL=postgis://… python bench/desk.py [--reports N] [--rounds N]`. Makes databases of its own on that
server and drops them. Exits 1 when a bound is missed.

Asked in this process, with the whole of the site's middleware, by a signed-in dispatcher. Reading a
page of the queue, with all that stands around it (the numbers of tabs and headings, crews, photos), is
held against a bare query: the ORM fetching the same rows by their keys, with the same related rows.
Reading the map is held against its own counting statement, sent as it is. All is measured
in turn. Growth compares whole requests with those of a tenth of the reports. The supervisor's statistics are
counted anew each time.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.databases import new_database  # noqa: E402

STATEMENTS_BOUND, RATIO_BOUND, GROWTH_BOUND, DEPTH_BOUND = 12, 2.0, 1.5, 1.25
STATISTICS_BOUND_MS = 1000
FAR_PAGE = 200
AFTER_EVENT = "queue, right after an event"
# The whole district, a part of it, a few streets.
ZOOMS = (12, 14, 16)
BOX = (23.30, 42.60, 23.35, 42.70)


@dataclass(frozen=True)
class Measured:
    """Milliseconds at the median, by what was done, and the statements of each request."""

    p50: dict[str, float]
    statements: dict[str, int]


def main() -> int:
    """Print what was measured; 1 when a bound was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        parser.error("set DATABASE_URL to a PostGIS server")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        _choose_settings(folder)
        with new_database("_tenth") as tenth, new_database("_whole") as whole:
            desks = [Desk(tenth, options.reports // 10), Desk(whole, options.reports)]
            small, large = _measure(desks, options.rounds)
            statistics_ms = desks[1].time_statistics(options.rounds // 8 + 1)
    kept = [_judge(small, large, options.reports), _judge_statistics(statistics_ms)]
    return 0 if all(kept) else 1


def _choose_settings(folder: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MAHALA_VAR": folder,
        "MAHALA_SECRET_KEY": uuid4().hex,
        "MAHALA_SECOND_FACTOR": "0",
        "MAHALA_LOG_LEVEL": "WARNING",
    }
    os.environ.pop("REDIS_URL", None)
    import django

    django.setup()


def _measure(desks: list["Desk"], rounds: int) -> list[Measured]:
    """Round by round, both desks in turn: a machine that grows slower meanwhile slows both."""
    taken = [_Taken() for _desk in desks]
    for number in range(rounds + 1):
        for desk, times in zip(desks, taken, strict=True):
            desk.enter()
            found = desk.time_all()
            if number:
                times.add(found)
    counted = []
    for desk in desks:
        desk.enter()
        counted.append(desk.count_statements())
    return [Measured(times.medians(), count) for times, count in zip(taken, counted, strict=True)]


class _Taken:
    """Milliseconds by what was done."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def add(self, found: dict[str, float]) -> None:
        for name, milliseconds in found.items():
            self.times.setdefault(name, []).append(milliseconds)

    def medians(self) -> dict[str, float]:
        return {name: statistics.median(times) for name, times in self.times.items()}


class Desk:
    """A district full of reports, and a dispatcher signed in at its desk."""

    def __init__(self, database_url: str, reports: int) -> None:
        from django.core.management import call_command
        from django.test import Client

        from bench.volume import fill
        from dispatch.models import Crew
        from live.models import Stream
        from tests.factories import make_category, make_city, make_staff

        self.database = database_url.rpartition("/")[2]
        self.enter()
        call_command("migrate", verbosity=0)
        self.district, _neighbour = make_city()
        kinds = [make_category(code).pk for code in ("pothole", "lamp", "litter", "bench")]
        crews = [str(Crew.objects.create(district=self.district, name=f"Left {n}").pk) for n in range(5)]
        fill(reports, district=self.district.pk, categories=kinds, crews=crews, box=BOX)
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(make_staff(self.district))
        self.stream = Stream.objects.create(name=f"district:{self.district.code}")
        self.far = self._cursor_before(FAR_PAGE)

    def enter(self) -> None:
        """From here on the default connection leads to this desk's database."""
        from django.core.cache import cache
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = self.database
        cache.clear()

    def time_all(self) -> dict[str, float]:
        """Milliseconds of each deed, once, after what warms connection and cache."""
        deeds = self.deeds()
        self._get("/desk/?tab=waiting")
        found = {name: _milliseconds(deed) for name, deed in deeds.items()}
        self._move_on()
        return {**found, AFTER_EVENT: _milliseconds(lambda: self._get("/desk/?tab=waiting"))}

    def time_statistics(self, rounds: int) -> dict[str, float]:
        """Milliseconds at the median, by how many days are counted, each right after an event."""
        from districts.models import Role
        from tests.factories import make_staff

        self.enter()
        self.client.force_login(make_staff(self.district, Role.SUPERVISOR))
        times: dict[str, list[float]] = {}
        for _round in range(rounds):
            for days in (30, 90):
                self._move_on()
                taken = _milliseconds(lambda days=days: self._get(f"/desk/stats/?days={days}"))  # type: ignore[misc]
                times.setdefault(f"statistics of {days} days", []).append(taken)
        return {name: statistics.median(each) for name, each in times.items()}

    def _move_on(self) -> None:
        """Something happens in the district: numbers are counted anew."""
        from django.db.models import F

        type(self.stream).objects.filter(pk=self.stream.pk).update(head=F("head") + 1)

    def deeds(self) -> dict[str, Callable[[], Any]]:
        """What is measured, by its name."""
        paths = self._requests()
        asked = {name: (lambda path=path: self._get(path)) for name, path in paths.items()}
        return {**asked, **self._readings()}

    def count_statements(self) -> dict[str, int]:
        paths = {**self._requests(), AFTER_EVENT: "/desk/?tab=waiting"}
        return {name: self._count(path) for name, path in paths.items()}

    def _count(self, path: str) -> int:
        """After an event, when most are sent."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._move_on()
        with CaptureQueriesContext(connection) as statements:
            self._get(path)
        return len(statements)

    def _requests(self) -> dict[str, str]:
        maps = {f"map at zoom {zoom}": f"/desk/points/?{_viewport(zoom)}" for zoom in ZOOMS}
        far = {f"queue, page {FAR_PAGE}": f"/desk/?tab=waiting&after={self.far}"} if self.far else {}
        return {"queue": "/desk/?tab=waiting", **far, **maps}

    def _readings(self) -> dict[str, Callable[[], Any]]:
        """The readings behind the requests, and the bare queries that they are held against."""
        from django.core.cache import cache
        from django.utils import timezone

        from dispatch.selectors.clusters import Viewport, map_features
        from dispatch.selectors.desk import desk_queue
        from dispatch.selectors.filters import Filters

        at = timezone.now()
        view: dict[str, Any] = {"filters": Filters(), "sees_contacts": True}
        whole = Viewport(*BOX, zoom=ZOOMS[0])
        rows = desk_queue(self.district, after="", at=at, **view).rows

        def read_map() -> Any:
            cache.clear()  # as after an event: else its cells are known
            return map_features(self.district, viewport=whole, at=at, **view)

        return {
            "reading the queue": lambda: desk_queue(self.district, after="", at=at, **view).groups,
            "bare query for its rows": lambda: _bare_rows([row.report.pk for row in rows]),
            "reading the map": read_map,
            "bare query for its cells": _repeat_last_statement(read_map),
        }

    def _get(self, path: str) -> None:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.content[:300]

    def _cursor_before(self, page: int) -> str:
        """The cursor with which that page begins; nothing when the queue is shorter."""
        from django.utils import timezone

        from reports.selectors.queue import Group, desk_queue

        after = ""
        for _number in range(page - 1):
            found = desk_queue(
                district_ids=[self.district.pk], at=timezone.now(), group=Group.TODO, after=after
            )
            after = found.next
            if not after:
                break
        return after


def _viewport(zoom: int) -> str:
    """A map of 640 by 800 pixels in the middle of the district."""
    lon, lat = (BOX[0] + BOX[2]) / 2, (BOX[1] + BOX[3]) / 2
    degrees = 360 / (512 * 2**zoom)
    wide, high = 320 * degrees, 400 * degrees * 0.735
    return f"tab=waiting&bbox={lon - wide},{lat - high},{lon + wide},{lat + high}&zoom={zoom}"


def _bare_rows(keys: list[int]) -> list[Any]:
    from reports.models import Report

    return list(
        Report.objects.filter(pk__in=keys).select_related("category", "district").prefetch_related("photos")
    )


def _repeat_last_statement(deed: Callable[[], Any]) -> Callable[[], Any]:
    """Sends the longest of the statements that the deed sends, as it is, and takes what it brings."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as statements:
        deed()
    text = max((each["sql"] for each in statements), key=lambda sql: ("GROUP BY" in sql, len(sql)))

    def send() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(text)
            return list(cursor.fetchall())

    return send


def _milliseconds(deed: Callable[[], Any]) -> float:
    start = time.perf_counter()
    deed()
    return (time.perf_counter() - start) * 1000


def _judge_statistics(times: dict[str, float]) -> bool:
    for name, milliseconds in times.items():
        print(f"  {name}: p50 {milliseconds:.0f} ms (≤ {STATISTICS_BOUND_MS})")
    return max(times.values()) <= STATISTICS_BOUND_MS


def _judge(small: Measured, whole: Measured, reports: int) -> bool:
    """Print all of it; whether every bound is kept."""
    kept = []
    print(f"{reports} reports, {reports // 5} of them open; growth from {reports // 10}")
    for name, count in whole.statements.items():
        growth = whole.p50[name] / small.p50[name] if name in small.p50 else None
        told = f", {growth:.2f} x (≤ {GROWTH_BOUND})" if growth else ""
        print(f"  {name}: {count} statements (≤ {STATEMENTS_BOUND}), p50 {whole.p50[name]:.1f} ms{told}")
        kept += [count <= STATEMENTS_BOUND, growth is None or growth <= GROWTH_BOUND]
    for name, floor in (
        ("reading the queue", "bare query for its rows"),
        ("reading the map", "bare query for its cells"),
    ):
        ratio = whole.p50[name] / whole.p50[floor]
        print(
            f"  {name}: p50 {whole.p50[name]:.1f} ms, {floor} {whole.p50[floor]:.1f} ms, "
            f"ratio {ratio:.2f} (≤ {RATIO_BOUND})"
        )
        kept.append(ratio <= RATIO_BOUND)
    far = f"queue, page {FAR_PAGE}"
    if far in whole.p50:
        depth = whole.p50[far] / whole.p50["queue"]
        print(f"  page {FAR_PAGE} against page 1: {depth:.2f} (≤ {DEPTH_BOUND})")
        kept.append(depth <= DEPTH_BOUND)
    return all(kept)


if __name__ == "__main__":
    sys.exit(main())
