"""A lost phone's socket is closed within seconds of the desk's word."""

import time
from collections.abc import Iterator

import pytest
from django.utils import timezone

from dispatch.services.phones import cut_off_phone
from live import closing, hints
from tests.dispatch.factories import Scene
from tests.dispatch.phones import PIN, enrol, give_pin, page_of
from tests.live.server import Client, SocketServer


@pytest.fixture
def socket_server(transactional_db: None) -> Iterator[SocketServer]:
    server = SocketServer()
    server.start()
    yield server
    server.stop()
    hints.flush(5)


def test_a_cut_off_closes_the_phones_socket_and_no_other(socket_server: SocketServer) -> None:
    scene = Scene()
    phone, browser = enrol(scene.crew, scene.dispatcher)
    _other, second = enrol(scene.crew, scene.dispatcher)
    give_pin(phone, scene.rider, scene.dispatcher)
    for client in (browser, second):
        client.post(page_of(scene.rider), {"pin": PIN})
    cookies = [f"sessionid={client.cookies['sessionid'].value}" for client in (browser, second)]
    origin = socket_server.origin
    with (
        Client(socket_server, origin=origin, cookie=cookies[0]) as lost,
        Client(socket_server, origin=origin, cookie=cookies[1]) as kept,
    ):
        for page in (lost, kept):
            assert page.hello(scene.crew.stream)["type"] == "welcome"
        before = time.monotonic()
        cut_off_phone(phone_id=phone.pk, actor=scene.dispatcher, at=timezone.now())
        assert lost.close_code() == closing.SIGNED_OUT.code
        assert time.monotonic() - before < 3
        kept.send({"type": "ping"})
        assert kept.read_until("pong")
    with Client(socket_server, origin=origin, cookie=cookies[0]) as back:
        back.send({"type": "hello", "device": "test", "streams": {scene.crew.stream: {}}})
        assert back.close_code() == closing.SIGNED_OUT.code
