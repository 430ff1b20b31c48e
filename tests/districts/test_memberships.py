"""Who may do what, and where."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from districts.memberships import (
    forget_memberships,
    is_administrator,
    may_dispatch,
    may_supervise,
    memberships_of,
)
from districts.models import District, Membership, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def districts() -> tuple[District, District]:
    return District.objects.create(code="A", names={}), District.objects.create(code="B", names={})


def person(email: str, *roles: tuple[District | None, Role]) -> User:
    user = User.objects.create_user(email)
    for district, role in roles:
        Membership.objects.create(user=user, district=district, role=role)
    return user


def test_a_dispatcher_acts_in_the_own_district_only(districts: tuple[District, District]) -> None:
    user = person("d@example.org", (districts[0], Role.DISPATCHER))
    assert may_dispatch(user, districts[0].pk)
    assert not may_dispatch(user, districts[1].pk)
    assert not may_supervise(user, districts[0].pk)
    assert memberships_of(user).districts(role=Role.DISPATCHER) == {districts[0].pk}


def test_an_administrator_acts_everywhere(districts: tuple[District, District]) -> None:
    user = person("a@example.org", (None, Role.ADMINISTRATOR))
    assert is_administrator(user)
    assert may_dispatch(user, districts[1].pk)
    assert may_supervise(user, districts[1].pk)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.NEIGHBOURHOOD_HEAD])
def test_operators_and_heads_do_not_dispatch(role: Role, districts: tuple[District, District]) -> None:
    user = person("o@example.org", (districts[0], role))
    assert not may_dispatch(user, districts[0].pk)
    assert memberships_of(user).districts() == {districts[0].pk}


def test_strangers_and_the_inactive_are_nobody(districts: tuple[District, District]) -> None:
    user = person("x@example.org", (None, Role.ADMINISTRATOR))
    user.is_active = False
    assert memberships_of(user).is_empty
    assert memberships_of(AnonymousUser()).is_empty
    assert not may_dispatch(AnonymousUser(), districts[0].pk)


def test_a_request_asks_once(districts: tuple[District, District]) -> None:
    user = person("d@example.org", (districts[0], Role.SUPERVISOR), (districts[1], Role.DISPATCHER))
    with CaptureQueriesContext(connection) as queries:
        assert may_dispatch(user, districts[0].pk)
        assert may_dispatch(user, districts[1].pk)
        assert not is_administrator(user)
    assert len(queries) == 1
    Membership.objects.all().delete()
    forget_memberships(user)
    assert not may_dispatch(user, districts[0].pk)


def test_the_database_keeps_administrators_city_wide_and_all_others_in_a_district(
    districts: tuple[District, District],
) -> None:
    user = person("d@example.org", (districts[0], Role.DISPATCHER), (None, Role.ADMINISTRATOR))
    wrong = [
        (districts[0], Role.ADMINISTRATOR),
        (None, Role.DISPATCHER),
        (districts[0], Role.DISPATCHER),
        (None, Role.ADMINISTRATOR),
        (districts[0], "king"),
    ]
    for district, role in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user=user, district=district, role=role)
