"""Who is not let in, what is not understood, and how the server says so."""

from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client as Browser
from django.utils import timezone
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from accounts.models import ApiToken
from tests.live import toys
from tests.live.conftest import MakePerson
from tests.live.server import Client, SocketServer


def _cookie(browser: Browser) -> str:
    return f"sessionid={browser.cookies['sessionid'].value}"


def test_a_page_of_ours_is_known_by_its_session_cookie(
    socket_server: SocketServer, make_person: MakePerson, client: Browser
) -> None:
    client.force_login(make_person("red")[0])
    with Client(socket_server, origin=socket_server.origin, cookie=_cookie(client)) as page:
        assert page.hello("toy:red")["type"] == "welcome"


def test_a_page_of_another_site_cannot_use_the_cookie(
    socket_server: SocketServer, make_person: MakePerson, client: Browser
) -> None:
    client.force_login(make_person("red")[0])
    for origin in ("https://elsewhere.example", f"http://localhost:{socket_server.port}", "null"):
        with Client(socket_server, origin=origin, cookie=_cookie(client)) as page:
            page.send({"type": "hello", "streams": {"toy:red": {}}})
            assert page.close_code() == 4405


def test_without_an_origin_the_cookie_does_not_count(
    socket_server: SocketServer, make_person: MakePerson, client: Browser
) -> None:
    client.force_login(make_person("red")[0])
    with Client(socket_server, cookie=_cookie(client)) as page:
        page.send({"type": "hello", "streams": {"toy:red": {}}})
        assert page.close_code() == 4401


def test_a_token_counts_from_any_origin(socket_server: SocketServer, make_person: MakePerson) -> None:
    _, token = make_person("red")
    with Client(socket_server, origin="capacitor://localhost") as app:
        assert app.hello("toy:red", token=token)["type"] == "welcome"


def test_who_owes_the_second_factor_is_nobody_yet(
    settings: LazySettings, socket_server: SocketServer, make_person: MakePerson, client: Browser
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client.force_login(make_person("red", is_staff=True)[0])
    with Client(socket_server, origin=socket_server.origin, cookie=_cookie(client)) as page:
        page.send({"type": "hello", "streams": {"toy:red": {}}})
        assert page.close_code() == 4401


@pytest.mark.parametrize("stream", ["toy:blue", "toy:nothing", "unknown:red", "open:none"])
def test_what_one_may_not_read_and_what_does_not_exist_are_told_the_same(
    socket_server: SocketServer, make_person: MakePerson, stream: str
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.send({"type": "hello", "token": token, "streams": {"toy:red": {}, stream: {}}})
        assert client.close_code() == 4403
    with Client(socket_server) as stranger:
        stranger.send({"type": "hello", "streams": {stream: {}}})
        assert stranger.close_code() == 4401


def test_a_token_with_a_stream_opens_nothing_where_its_kind_knows_none(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.send({"type": "hello", "token": token, "streams": {"toy:blue": {"token": token}}})
        assert client.close_code() == 4403


@pytest.mark.parametrize("token", ["wrong", "x" * 201, "\u0000"])
def test_a_token_that_is_not_valid_ends_it(socket_server: SocketServer, db: None, token: str) -> None:
    with Client(socket_server) as client:
        client.send({"type": "hello", "token": token, "streams": {"open:a": {}}})
        assert client.close_code() in (4400, 4401)


def test_a_token_that_expires_while_connected_ends_it(
    settings: LazySettings, socket_server: SocketServer, make_person: MakePerson
) -> None:
    settings.LIVE_RECHECK_S = 0.2
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert client.close_code() == 4401


def test_a_command_after_the_token_has_expired_is_not_carried_out(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        client.send({"type": "command", "id": str(uuid4()), "name": "toy.turn"})
        assert client.close_code() == 4401
    assert not toys.turned


def test_signing_out_ends_it(
    settings: LazySettings, socket_server: SocketServer, make_person: MakePerson, client: Browser
) -> None:
    settings.LIVE_RECHECK_S = 0.2
    client.force_login(make_person("red")[0])
    with Client(socket_server, origin=socket_server.origin, cookie=_cookie(client)) as page:
        page.hello("toy:red")
        client.logout()
        assert page.close_code() == 4401


def test_a_permission_that_is_withdrawn_ends_it_with_words_for_the_person(
    settings: LazySettings, socket_server: SocketServer, make_person: MakePerson
) -> None:
    settings.LIVE_RECHECK_S = 0.2
    user, token = make_person("red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        user.name = "blue"
        user.save()
        assert client.close_reason() == "You may not read this, or not any more."
        assert client.close_code() == 4403


def test_who_comes_to_see_other_things_has_to_reconnect(
    settings: LazySettings, socket_server: SocketServer, make_person: MakePerson
) -> None:
    settings.LIVE_RECHECK_S = 0.2
    user, token = make_person("red", is_staff=True)
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        user.is_staff = False
        user.save()
        assert client.close_code() == 4007


def test_too_many_strangers_from_one_address_are_sent_away_for_a_while(
    settings: LazySettings, socket_server: SocketServer, make_person: MakePerson
) -> None:
    settings.LIVE_ANONYMOUS_PER_ADDRESS = 1
    with Client(socket_server) as first:
        first.hello("open:a")
        with Client(socket_server) as second:
            second.send({"type": "hello", "streams": {"open:a": {}}})
            assert second.close_code() == 4006
        with Client(socket_server) as known:
            assert known.hello("toy:red", token=make_person("red")[1])["type"] == "welcome"


def test_who_says_no_hello_in_time_is_closed(settings: LazySettings, socket_server: SocketServer) -> None:
    settings.LIVE_HELLO_S = 0.2
    with Client(socket_server) as client:
        assert client.close_code() == 4005


def test_who_falls_silent_is_closed(
    settings: LazySettings, socket_server: SocketServer, make_person: MakePerson
) -> None:
    settings.LIVE_SILENCE_S = 0.3
    with Client(socket_server) as client:
        client.hello("toy:red", token=make_person("red")[1])
        assert client.close_code() == 4001


NO_HELLO: list[str | bytes] = [
    "not json",
    "[]",
    "{}",
    '"hello"',
    b"\x00\x01",
    '{"type": 7}',
    '{"type": "ping"}',
    '{"type": "hello"}',
    '{"type": "hello", "streams": []}',
    '{"type": "hello", "streams": {}}',
    '{"type": "hello", "streams": {"open:a b": {}}}',
    '{"type": "hello", "streams": {"open:a": 7}}',
    '{"type": "hello", "streams": {"open:a": {"epoch": "x", "offset": 1}}}',
    '{"type": "hello", "streams": {"open:a": {"epoch": null, "offset": NaN}}}',
    '{"type": "hello", "streams": {"open:a": {"token": 7}}}',
    '{"type": "hello", "streams": {"open:a": {"token": "x", "offset": -1}}}',
    '{"type": "hello", "streams": {"open:a": {}}, "device": 7}',
    '{"type": "hello", "streams": {"open:a": {}}, "token": ["x"]}',
    "[" * 50_000,
]


def test_a_first_frame_that_is_no_hello_is_answered_with_the_fault_and_closed(
    socket_server: SocketServer,
) -> None:
    for frame in NO_HELLO:
        with Client(socket_server) as client:
            client.send(frame)
            assert client.read()["type"] == "error", frame
            assert client.close_code() == 4400, frame


NOT_UNDERSTOOD: list[tuple[str | bytes, str | None]] = [
    ("not json", None),
    (b"bytes", None),
    ('{"type": "dance"}', "type"),
    ('{"type": "hello", "streams": {}}', "type"),
    ('{"type": "ack", "stream": "toy:red"}', "offset"),
    ('{"type": "ack", "stream": "toy:red", "offset": -1}', "offset"),
    ('{"type": "ack", "stream": "toy:red", "offset": 1e400}', "offset"),
    ('{"type": "ack", "stream": "toy:red", "offset": 99}', "offset"),
    ('{"type": "ack", "stream": "toy:blue", "offset": 0}', "stream"),
    ('{"type": "position", "lat": NaN, "lon": 23}', None),
    ('{"type": "position", "lat": 91, "lon": 23}', "lat"),
    ('{"type": "position", "lat": "42", "lon": 23}', "lat"),
    ('{"type": "position", "lat": 42, "lon": true}', "lon"),
    ('{"type": "position", "lat": 42, "lon": 23, "accuracy": -1}', "accuracy"),
    ('{"type": "position", "lat": 42, "lon": 23, "at": "noon"}', "at"),
]


def test_a_frame_that_is_not_understood_is_answered_and_the_rest_goes_on(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    with Client(socket_server) as client:
        client.hello("toy:red", token=make_person("red")[1])
        for frame, field in NOT_UNDERSTOOD:
            client.send(frame)
            assert client.read_until("error").get("field") == field, frame
            client.send({"type": "ping"})
            assert client.read()["type"] == "pong"


def test_a_client_that_only_sends_nonsense_is_closed(socket_server: SocketServer) -> None:
    with Client(socket_server) as client:
        client.hello("open:a")
        for _ in range(25):
            client.send("nonsense")
        assert client.close_code() == 4400


def test_a_frame_of_a_megabyte_ends_it(socket_server: SocketServer) -> None:
    with Client(socket_server) as client:
        client.hello("open:a")
        client.send('{"type": "ping", "filler": "' + "x" * 1_000_000 + '"}')
        assert client.close_code() == 4413


def test_a_stranger_can_carry_out_no_command_and_send_no_position(socket_server: SocketServer) -> None:
    for frame in ({"type": "command", "name": "toy.turn"}, {"type": "position", "lat": 42, "lon": 23}):
        with Client(socket_server) as client:
            client.hello("open:a")
            client.send(frame)
            assert client.close_code() == 4401


def test_another_path_is_no_socket(socket_server: SocketServer) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(f"{socket_server.url}other/", proxy=None):
        pass
    assert refused.value.response.status_code == HTTPStatus.FORBIDDEN
