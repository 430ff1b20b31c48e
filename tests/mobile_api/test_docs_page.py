"""The page to browse the API, in a real browser."""

import pytest

from tests.bed.browser import Chromium
from tests.bed.process import LiveProcess
from tests.story.test_pages import examine

pytestmark = pytest.mark.browser


def test_the_page_is_accessible_with_its_calls_open(chromium: Chromium, live_process: LiveProcess) -> None:
    page = chromium.desk().new_page()
    assert examine(page, f"{live_process.url}/api/v1/docs/", opened="details > summary") == []
