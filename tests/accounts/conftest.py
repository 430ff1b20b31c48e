"""People who sign in."""

import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.people import PASSWORD


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("mira@example.org", PASSWORD, name="Mira", language="bg")


@pytest.fixture
def administrator(db: None) -> User:
    return User.objects.create_superuser("ada@example.org", PASSWORD, name="Ada")


@pytest.fixture
def browser() -> Client:
    """A client that a form without its CSRF token does not get past."""
    return Client(enforce_csrf_checks=True)
