"""A city with two districts and one category; the clock stands at nine on a Tuesday morning."""

from collections.abc import Iterator

import pytest
import time_machine

from districts import locating
from districts.models import District
from reports.models import Category
from tests.factories import make_category, make_city


@pytest.fixture(autouse=True)
def _clock(frozen_clock: time_machine.Traveller) -> None:
    """Nine on a Tuesday morning."""


@pytest.fixture(autouse=True)
def _no_city_is_remembered() -> Iterator[None]:
    """A test's changes are taken back without a trace; what the process keeps of them must go too."""
    yield
    locating.forget()


@pytest.fixture
def city(db: None) -> tuple[District, District]:
    return make_city()


@pytest.fixture
def pothole(city: tuple[District, District]) -> Category:
    return make_category("pothole")
