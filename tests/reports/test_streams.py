"""Who follows a report live: everybody while it is public, and always who holds its private link."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from websockets.exceptions import ConnectionClosed

from districts.models import District
from live import hints
from reports.codes import format_code
from reports.links import private_token
from reports.models import Category, Report
from reports.selectors.public import public_facts
from reports.services.states import acknowledge_report, reject_report
from reports.services.visibility import hide_report, make_private, make_public
from reports.streams import ReportStreams
from tests.factories import make_category, make_city, make_report, make_staff
from tests.live.server import Client, Frame, SocketServer

NOBODY = AnonymousUser()


@pytest.fixture
def socket_server(transactional_db: None, settings: LazySettings) -> Iterator[SocketServer]:
    settings.LIVE_RECHECK_S = 0.2
    server = SocketServer()
    server.start()
    yield server
    server.stop()
    hints.flush(5)


@pytest.fixture
def left(transactional_db: None) -> District:
    make_category("pothole")
    make_category("violence", is_private=True)
    return make_city()[0]


def hello(report: Report, token: str | None) -> Frame:
    known = {} if token is None else {"token": token}
    return {"type": "hello", "token": None, "streams": {report.stream: known}}


def close_code(server: SocketServer, report: Report, token: str | None) -> int:
    with Client(server) as client:
        client.send(hello(report, token))
        return client.close_code()


def rest_of(client: Client) -> list[Frame]:
    """The frames until the server closes, which it does because this reader may not read on."""
    frames: list[Frame] = []
    with pytest.raises(ConnectionClosed):
        frames.extend(iter(client.read, None))
    assert client.close_code() == 4403  # the sign-in, of which there was none, is not over
    return frames


def test_the_private_link_opens_its_own_report_and_no_other(left: District) -> None:
    mine, other = make_report(category="violence"), make_report(category="violence")
    streams = ReportStreams().with_token(private_token(mine))
    assert streams.may_read(NOBODY, mine.code)
    for key in (other.code, format_code(mine.code), mine.code.lower(), "ZZZZZZ", ""):
        assert not streams.may_read(NOBODY, key), key
        assert streams.snapshot(NOBODY, key) == {}
    assert not ReportStreams().may_read(NOBODY, mine.code)
    assert not ReportStreams().may_read(make_staff(left), mine.code)


@pytest.mark.parametrize("token", ["", "x", "жж", "\ud800", "A" * 24])
def test_any_other_token_opens_nothing_not_even_what_is_public(left: District, token: str) -> None:
    for report in (make_report(), make_report(category="violence")):
        assert not ReportStreams().with_token(token).may_read(NOBODY, report.code)


def test_the_private_link_goes_on_opening_a_report_that_was_hidden(left: District) -> None:
    report = make_report()
    streams = ReportStreams().with_token(private_token(report))
    hide_report(report_id=report.pk, reason="A name.", actor=make_staff(left), at=timezone.now())
    assert streams.may_read(NOBODY, report.code)
    assert not ReportStreams().may_read(NOBODY, report.code)
    assert ReportStreams().snapshot(NOBODY, report.code) == {}


def test_a_link_of_another_key_is_over(left: District, settings: LazySettings) -> None:
    report = make_report()
    streams = ReportStreams().with_token(private_token(report))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, for the test of links"
    assert streams.may_read(NOBODY, report.code)
    settings.SECRET_KEY_FALLBACKS = []
    assert not streams.may_read(NOBODY, report.code)


def test_who_holds_the_link_hears_of_a_private_report_and_strangers_do_not(
    socket_server: SocketServer, left: District
) -> None:
    report, other = make_report(category="violence"), make_report(category="violence")
    for token in (None, private_token(other), "guessed"):
        assert close_code(socket_server, report, token) == 4401
    with Client(socket_server) as client:
        client.send(hello(report, private_token(report)))
        assert client.read()["streams"][report.stream]["recovered"] is False
        assert client.read()["data"]["report"]["status"] == "received"
        acknowledge_report(report_id=report.pk, actor=make_staff(left), at=timezone.now())
        event = client.read_until("event")
        assert (event["kind"], event["data"]["report"]["status"]) == ("report.acknowledged", "acknowledged")
        report.refresh_from_db()
        assert event["data"]["report"].keys() == public_facts(report).keys()


def test_a_report_that_becomes_private_is_over_for_the_public_and_goes_on_by_the_link(
    socket_server: SocketServer, left: District
) -> None:
    report, actor = make_report(), make_staff(left)
    with Client(socket_server) as public, Client(socket_server) as mine:
        for client, token in ((public, None), (mine, private_token(report))):
            client.send(hello(report, token))
            assert client.read()["type"] == "welcome"
            assert client.read()["kind"] == "snapshot"
        make_private(report_id=report.pk, actor=actor, at=timezone.now())
        assert mine.read()["data"]["report"]["code"] == format_code(report.code)
        assert all(frame["kind"] == "skip" and frame["data"] == {} for frame in rest_of(public))
        make_public(report_id=report.pk, actor=actor, at=timezone.now())
        assert mine.read()["kind"] == "report.changed"


def test_a_link_that_is_over_ends_the_connection(
    socket_server: SocketServer, left: District, settings: LazySettings
) -> None:
    report = make_report(category="violence")
    with Client(socket_server) as client:
        client.send(hello(report, private_token(report)))
        assert client.read()["type"] == "welcome"
        settings.SECRET_KEY = "another key, for the test of links"
        assert client.close_code() == 4403


def test_a_category_that_becomes_private_takes_its_reports_from_the_public_alone(left: District) -> None:
    report = make_report()
    Category.objects.filter(code="pothole").update(is_private=True)
    reject_report(report_id=report.pk, reason="No road.", actor=make_staff(left), at=timezone.now())
    assert not ReportStreams().may_read(NOBODY, report.code)
    held = ReportStreams().with_token(private_token(report)).snapshot(NOBODY, report.code)
    assert held["report"]["status"] == "rejected"
