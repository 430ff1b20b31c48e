"""What the tests of reports share."""

from collections.abc import Iterator

import pytest

from districts import locating
from districts.models import District
from tests import factories


@pytest.fixture(autouse=True)
def _no_city_is_remembered() -> Iterator[None]:
    """A test's changes are taken back without a trace; what the process keeps of them must go too."""
    yield
    locating.forget()


@pytest.fixture
def city(db: None) -> tuple[District, District]:
    """The districts "left" and "right", and the category "pothole"."""
    districts = factories.make_city()
    factories.make_category()
    return districts
