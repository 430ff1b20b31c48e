"""Fixtures of the test bed: server processes and a browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.bed.browser import Chromium, launch_options
from tests.bed.databases import PostgisTemplate, Template, make_template
from tests.bed.process import LiveProcess

MakeLiveProcess = Callable[..., LiveProcess]


@pytest.fixture(scope="session")
def database_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    template = make_template(tmp_path_factory.mktemp("template"))
    yield template
    if isinstance(template, PostgisTemplate):
        template.close()


@pytest.fixture
def make_live_process(
    database_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeLiveProcess]:
    """Makes servers, not started yet, each with its own database; keyword arguments are its variables."""
    with ExitStack() as endings:

        def make(**environment: str) -> LiveProcess:
            process = LiveProcess(database_template, tmp_path_factory.mktemp("var"), environment)
            endings.callback(process.close)
            return process

        yield make


@pytest.fixture
def live_process(make_live_process: MakeLiveProcess) -> LiveProcess:
    """A running server of the home under test, with an empty, migrated database of its own."""
    process = make_live_process()
    process.start()
    return process


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Per module: while it is open, this thread runs its event loop, so keep async tests in other modules."""
    with sync_playwright() as running:
        yield running


@pytest.fixture
def chromium(playwright: Playwright) -> Iterator[Chromium]:
    """A browser; the test fails when a page raised an error or broke its content security policy."""
    browser = playwright.chromium.launch(**launch_options())
    chromium = Chromium(browser, playwright.chromium)
    yield chromium
    browser.close()
    assert not chromium.problems, "\n".join(chromium.problems)


@pytest.fixture
def photo_folder(tmp_path: Path) -> Path:
    """A folder for photo files that a browser test uploads."""
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder
