"""Every process sees a changed boundary within seconds, and asks the database at most once a second."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import monotonic
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from districts import locating
from districts.locating import keeping
from districts.models import (
    Boundary,
    District,
    Membership,
    Neighbourhood,
    ResponsibilityVersion,
    Role,
    RoutingRule,
    WorkingCalendar,
)
from tests.districts.cities import AT, place
from tests.districts.conftest import stored_box

pytestmark = pytest.mark.django_db


def version() -> int:
    stamp = ResponsibilityVersion.stamp()
    return stamp[0] if stamp else 0


def answer() -> str | None:
    return locating.locate(point=place(5, 5), at=AT).district


@pytest.mark.usefixtures("two_stored_districts")
def test_what_the_database_holds_is_answered_without_asking_it_again() -> None:
    assert answer() == "A"
    with CaptureQueriesContext(connection) as queries:
        assert [answer() for _ in range(100)] == ["A"] * 100
    assert len(queries) == 0


@pytest.mark.usefixtures("two_stored_districts")
def test_the_version_is_looked_at_once_a_second_with_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(keeping, "monotonic", lambda: clock[0])
    answer()
    before = locating.current()
    clock[0] += 1.01
    with CaptureQueriesContext(connection) as queries:
        assert locating.current() is before
        assert locating.current() is before
    assert len(queries) == 1


def test_a_change_made_here_holds_at_once(two_stored_districts: tuple[District, District]) -> None:
    assert answer() == "A"
    body = District.objects.create(code="W", names={"en": "Water"}, kind="citywide")
    RoutingRule.objects.create(
        name="all", area=stored_box(0, 0, 20, 20), district=body, valid_from=date(2020, 1, 1)
    )
    assert answer() == "W"
    RoutingRule.objects.update(is_active=False)
    assert answer() == "A"


@pytest.mark.usefixtures("two_stored_districts")
def test_a_change_made_elsewhere_holds_after_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(keeping, "monotonic", lambda: clock[0])
    assert answer() == "A"
    seen = ResponsibilityVersion.changes_here
    Boundary.objects.filter(district__code="A").delete()
    monkeypatch.setattr(ResponsibilityVersion, "changes_here", seen)  # as if another process had done it
    assert answer() == "A"
    clock[0] += 1.01
    assert answer() is None


WRITES: dict[str, Callable[[District], Any]] = {
    "save": lambda d: d.save(),
    "delete": lambda d: d.delete(),
    "update": lambda d: District.objects.update(phone="1"),
    "queryset delete": lambda d: District.objects.all().delete(),
    "bulk_create": lambda d: District.objects.bulk_create([District(code="X", names={})]),
    "bulk_update": lambda d: District.objects.bulk_update([d], ["names"]),
    "update_or_create": lambda d: District.objects.update_or_create(code="A", defaults={"phone": "2"}),
    "get_or_create": lambda d: District.objects.get_or_create(code="Y"),
    "related create": lambda d: d.rules.create(name="r", categories=["x"], valid_from=date(2026, 1, 1)),
    "related update": lambda d: d.boundaries.update(source="survey"),
    "boundary": lambda d: d.boundaries.get().save(),
    "calendar": lambda d: WorkingCalendar.objects.create(name="office"),
    "neighbourhood": lambda d: Neighbourhood.objects.create(
        district=d, code="n", slug="n", names={}, polygon=stored_box(0, 0, 1, 1)
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_every_way_to_write_raises_the_version(
    name: str, two_stored_districts: tuple[District, District]
) -> None:
    before, seen = version(), ResponsibilityVersion.changes_here
    WRITES[name](two_stored_districts[0])
    assert version() > before
    assert ResponsibilityVersion.changes_here > seen


@pytest.mark.usefixtures("two_stored_districts")
def test_what_decides_nothing_leaves_the_version() -> None:
    before = version()
    someone = User.objects.create_user("someone@example.org")
    Membership.objects.create(user=someone, district=District.objects.get(code="A"), role=Role.DISPATCHER)
    assert version() == before


@pytest.mark.usefixtures("two_stored_districts")
def test_a_change_that_is_taken_back_is_forgotten() -> None:
    with transaction.atomic():
        Boundary.objects.filter(district__code="A").delete()
        assert answer() is None
        transaction.set_rollback(True)
    keeping._keeper._look_at = 0.0
    assert answer() == "A"


@pytest.mark.usefixtures("two_stored_districts")
def test_threads_share_one_loading_and_agree() -> None:
    known = locating.current()
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda i: known.locate(point=place(i % 20, 5), at=AT).district, range(2000))
        )
    assert answers == [known.locate(point=place(i % 20, 5), at=AT).district for i in range(2000)]


ANOTHER_PROCESS = """
import sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from districts import locating
from tests.districts.cities import AT, place
for _ in sys.stdin:
    print(locating.locate(point=place(5, 5), at=AT).district, flush=True)
"""


def ask(other: subprocess.Popen[str]) -> str:
    assert other.stdin
    assert other.stdout
    other.stdin.write("\n")
    other.stdin.flush()
    return other.stdout.readline().strip()


@pytest.mark.postgis
@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_changed_boundary_within_two_seconds(
    two_stored_districts: tuple[District, District],
) -> None:
    command = [sys.executable, "-c", ANOTHER_PROCESS, str(connection.settings_dict["NAME"])]
    pipe = subprocess.PIPE
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bed.settings"}
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) as other:
        assert ask(other) == "A"
        Boundary.objects.filter(district=two_stored_districts[0]).delete()
        until = monotonic() + 2
        while ask(other) == "A":
            assert monotonic() < until
        assert ask(other) == "None"
        assert other.stdin
        other.stdin.close()
