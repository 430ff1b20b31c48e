"""Default deny, held against the whole URL conf: every route, every role, every method."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.accounts.route_table import TABLE, Row
from tests.accounts.world import Role, World, make_world

METHODS = ("get", "post", "delete")
ADMIN = "admin/"
WHOLE_ADMIN_TOO = {"admin/login/"}  # leads to the site's own sign-in


def list_routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every pattern of the URL conf, with those it is included in."""
    for entry in (resolver or get_resolver()).url_patterns:
        whole = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield whole
        else:
            yield from list_routes(entry, whole)


ROUTES = sorted(set(list_routes()))
OWN_ROUTES = [route for route in ROUTES if not route.startswith(ADMIN)]
ADMIN_ROUTES = [route for route in ROUTES if route.startswith(ADMIN) and route not in WHOLE_ADMIN_TOO]


@pytest.fixture
def world(db: None, frozen_clock: time_machine.Traveller, settings: LazySettings) -> World:
    scopes = ("report", "sign-in", "account", "read", "upload", "crew", "crew-upload")
    rates = dict.fromkeys(scopes, "10000/minute")
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    return make_world()


def test_every_route_has_a_row_that_says_who_may_use_it() -> None:
    missing = [route for route in OWN_ROUTES if route not in TABLE]
    assert not missing, f"Say in tests/accounts/route_table.py who may use {missing}"


def test_no_row_is_about_a_route_that_is_gone() -> None:
    gone = [route for route in TABLE if route not in OWN_ROUTES]
    assert not gone, f"Take these rows out of tests/accounts/route_table.py: {gone}"


@pytest.mark.parametrize("route", [route for route in OWN_ROUTES if route in TABLE])
def test_a_route_lets_in_whom_its_row_names_and_nobody_else(route: str, world: World) -> None:
    wrong = [fault for role in Role for fault in faults_of(TABLE[route], role, world)]
    assert not wrong, "\n".join([f"{route}: the row in tests/accounts/route_table.py says otherwise", *wrong])


def faults_of(row: Row, role: Role, world: World) -> Iterator[str]:
    client, address = world.client(role), f"/{world.address(row.address)}"
    for method in METHODS:
        answer, people = call(client, method, address), row.people(method)
        expected = "not taken" if people is None else "let in" if role in people else "denied"
        if not is_as(expected, answer):
            yield f"  {method.upper()} by {role}: {expected} was expected, the answer is {told(answer)}"


def is_as(expected: str, answer: HttpResponse) -> bool:
    if expected == "not taken":
        return answer.status_code == 405 or is_denied(answer)
    return is_denied(answer) == (expected == "denied") and answer.status_code not in (405, 500)


def is_denied(answer: HttpResponse) -> bool:
    to_sign_in = answer.headers.get("Location", "").startswith(("/accounts/sign-in/?next=", "/admin/login/"))
    return to_sign_in or answer.status_code in (401, 403, 404)


def told(answer: HttpResponse) -> str:
    return f"{answer.status_code} {answer.headers.get('Location', '')}".strip()


def call(client: Client, method: str, address: str) -> Any:
    """One call whose changes are taken back, so that the next role finds the same world."""
    is_json = method == "post" and address.startswith("/api/") and "photos" not in address
    body = {"data": {}, "content_type": "application/json"} if is_json else {}
    with transaction.atomic():
        answer = getattr(client, method)(address, **body)
        transaction.set_rollback(True)
    b"".join(answer)  # reads a file to its end, which closes it
    return answer


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_the_administration_is_closed_to_everybody_else(role: Role, world: World) -> None:
    client = world.client(role)
    open_ones = [
        f"{method.upper()} {address}: {told(answer)}"
        for address in (f"/{filled(route)}" for route in ADMIN_ROUTES)
        for method in ("get", "post")
        if not (is_denied(answer := call(client, method, address)) or answer.status_code == 405)
        and not address.endswith("/logout/")
    ]
    assert not open_ones, "\n".join(open_ones)


def filled(route: str) -> str:
    """An address of the route, any text standing for what it captures."""
    plain = re.sub(r"<[^>]+>", "1", re.sub(r"\(\?P<\w+>[^)]*\)", "1", route))
    return plain.replace("^", "").replace("$", "").replace("\\", "")


@pytest.mark.parametrize("route", [route for route in OWN_ROUTES if route in TABLE])
def test_staff_that_owes_the_second_factor_gets_nowhere(
    route: str, world: World, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client, row = world.client(Role.DISPATCHER), TABLE[route]
    answer = call(client, "get", f"/{world.address(row.address)}")
    asked = answer.headers.get("Location", "").startswith("/accounts/second-factor/check/")
    free = route in {
        "language/",
        "accounts/sign-in/",
        "accounts/sign-out/",
        "accounts/second-factor/",
        "accounts/second-factor/check/",
    }
    refused = answer.status_code == 403 and "second_factor_owed" in answer.text
    assert (asked or refused) != free, told(answer)
