"""A city makes its first people."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from districts.memberships import memberships_of
from districts.models import Role
from tests.factories import make_district

pytestmark = pytest.mark.django_db


def create_staff(*arguments: str) -> str:
    out = StringIO()
    call_command("create_staff", *arguments, stdout=out)
    return out.getvalue()


def test_a_new_dispatcher_signs_in_with_the_printed_password(client: Client) -> None:
    district = make_district("left")
    printed = create_staff("Mira@example.org", "--role", "dispatcher", "--district", "left", "--name", "Mira")
    password = printed.split("shown only now: ")[1].strip()
    assert client.login(username="mira@example.org", password=password)
    assert memberships_of(User.objects.get()).districts(Role.DISPATCHER) == {district.pk}


def test_a_second_role_keeps_account_and_password(client: Client) -> None:
    make_district("left")
    create_staff("mira@example.org", "--role", "dispatcher", "--district", "left")
    before = User.objects.get().password
    for _time in range(2):
        printed = create_staff("mira@example.org", "--role", "supervisor", "--district", "left")
        assert "Password" not in printed
    assert User.objects.get().password == before
    assert User.objects.get().memberships.count() == 2


def test_an_administrator_may_use_the_administration() -> None:
    create_staff("ada@example.org", "--role", "administrator")
    ada = User.objects.get()
    assert (ada.is_staff, ada.is_superuser, memberships_of(ada).is_administrator) == (True, True, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ada@example.org", "--role", "administrator", "--district", "left"),
        ("mira@example.org", "--role", "dispatcher"),
        ("mira@example.org", "--role", "dispatcher", "--district", "nowhere"),
        ("mira", "--role", "administrator"),
    ],
)
def test_what_does_not_go_together_is_refused_and_nobody_is_made(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        create_staff(*arguments)
    assert not User.objects.exists()
