"""What a client that was away gets when it comes back."""

import asyncio
import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F

from live.client import Known, LiveClient
from live.models import Event, Stream
from tests.live import toys
from tests.live.conftest import Append, MakePerson
from tests.live.server import Client, SocketServer, wait_until


def _come_back(client: Client, token: str, *, epoch: object, offset: int) -> dict[str, Any]:
    client.send(
        {"type": "hello", "token": token, "streams": {"toy:red": {"epoch": str(epoch), "offset": offset}}}
    )
    stands: dict[str, Any] = client.read()["streams"]["toy:red"]
    return stands


def _stream() -> Stream:
    return Stream.objects.get(name="toy:red")


@pytest.mark.parametrize("offset", [0, 2, 5])
def test_a_client_gets_exactly_what_it_missed(
    socket_server: SocketServer, make_person: MakePerson, append: Append, offset: int
) -> None:
    _, token = make_person("red")
    for _ in range(5):
        append("toy:red")
    with Client(socket_server) as client:
        stands = _come_back(client, token, epoch=_stream().epoch, offset=offset)
        assert (stands["head"], stands["recovered"]) == (5, True)
        append("toy:red")
        assert [client.read()["offset"] for _ in range(offset, 6)] == list(range(offset + 1, 7))


def test_a_stream_without_events_has_an_epoch_to_come_back_to(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red")
    with Client(socket_server) as client:
        stands = client.hello("toy:red", token=token)["streams"]["toy:red"]
        assert (client.read()["offset"], stands["head"]) == (0, 0)
    append("toy:red")
    with Client(socket_server) as client:
        assert _come_back(client, token, epoch=stands["epoch"], offset=0)["recovered"] is True
        assert client.read()["offset"] == 1


def test_another_epoch_brings_a_snapshot_instead_of_events(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red")
    append("toy:red")
    with Client(socket_server) as client:
        stands = _come_back(client, token, epoch=uuid4(), offset=1)
        assert stands["recovered"] is False
        assert stands["epoch"] == str(_stream().epoch)
        assert client.read()["kind"] == "snapshot"


@pytest.mark.parametrize("fault", ["more than there is", "pruned", "too much", "unpresentable"])
def test_what_cannot_be_recovered_without_a_gap_is_never_recovered_in_part(
    socket_server: SocketServer, make_person: MakePerson, append: Append, fault: str
) -> None:
    _, token = make_person("red")
    for _ in range(3):
        append("toy:red")
    offset = 0
    if fault == "more than there is":
        offset = 4
    elif fault == "pruned":
        Event.objects.filter(offset=1).delete()
    elif fault == "too much":
        Stream.objects.update(head=F("head") + 600)
    else:
        append("toy:red", kind="toy.broken")
    with Client(socket_server) as client:
        assert _come_back(client, token, epoch=_stream().epoch, offset=offset)["recovered"] is False
        assert client.read()["kind"] == "snapshot"


def test_a_log_renewed_under_open_sockets_makes_them_come_back_for_a_snapshot(
    settings: Any, socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    settings.LIVE_HEARTBEAT_S = 0.3
    _, token = make_person("red")
    append("toy:red")
    with Client(socket_server) as client:
        client.hello("toy:red", token=token)
        Stream.objects.update(epoch=uuid4())
        assert client.close_code() == 4004


def test_an_event_that_cannot_be_presented_costs_only_its_readers_a_reconnect(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    _, token = make_person("red blue")
    with Client(socket_server) as red, Client(socket_server) as blue:
        for client, stream in ((red, "toy:red"), (blue, "toy:blue")):
            client.hello(stream, token=token)
            client.read()
        append("toy:red", kind="toy.broken")
        assert red.close_code() == 4000
        append("toy:blue")
        assert blue.read()["offset"] == 1


def test_clients_that_come_and_go_while_events_pour_in_miss_none_and_get_none_twice(
    socket_server: SocketServer, make_person: MakePerson, append: Append
) -> None:
    """The reference client raises GapFound at the first gap or repetition."""
    _, token = make_person("red")
    total = 120

    async def follow(seed: int) -> list[int]:
        dice = random.Random(seed)  # noqa: S311 - no secret
        offsets: list[int] = []
        breaks = set(dice.sample(range(1, total), 5))
        known = {"toy:red": Known(str(epoch), 0)}
        client = LiveClient(socket_server.url, ["toy:red"], token=token, known=known, longest_pause_s=0.05)
        async with asyncio.timeout(30), client:
            async for frame in client.events():
                offsets.append(frame["offset"])
                await client.ack("toy:red", frame["offset"])
                if frame["offset"] == total:
                    break
                if frame["offset"] in breaks:
                    await client.drop()
                    await client.welcomed()
                elif dice.random() < 0.1:
                    await client.drop()
            await client.welcomed()
        assert client.connections > len(breaks)
        return offsets

    append("toy:red")
    epoch = _stream().epoch
    with ThreadPoolExecutor(4) as pool:
        following = [pool.submit(asyncio.run, follow(seed)) for seed in range(4)]
        for _ in range(total - 1):
            append("toy:red")
        for result in following:
            assert result.result() == list(range(1, total + 1))
    wait_until(lambda: ("python", "toy:red", total) in toys.acks)


def test_a_command_given_in_a_dead_zone_is_carried_out_after_it(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")

    async def drive() -> list[dict[str, Any]]:
        client = LiveClient(socket_server.url, ["toy:red"], token=token, longest_pause_s=0.05)
        async with asyncio.timeout(20), client:
            await client.welcomed()
            await client.drop()
            return list(await asyncio.gather(*[client.command("toy.turn", version=n) for n in range(5)]))

    with ThreadPoolExecutor(1) as pool:
        results = pool.submit(asyncio.run, drive()).result()
    assert [result["ok"] for result in results] == [True] * 5
    versions = [command.version for command in toys.turned]
    assert sorted(set(versions), key=versions.index) == [0, 1, 2, 3, 4]


def test_a_command_that_met_a_fault_of_the_server_is_sent_again_until_it_is_carried_out(
    socket_server: SocketServer, make_person: MakePerson
) -> None:
    _, token = make_person("red")

    async def drive() -> dict[str, Any]:
        client = LiveClient(socket_server.url, ["toy:red"], token=token, longest_pause_s=0.05)
        async with asyncio.timeout(20), client:
            return await client.command("toy.cough")

    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(asyncio.run, drive()).result()
    assert result["ok"]
    assert len({command.id for command in toys.turned}) == 1
    assert len(toys.turned) == 2


def test_the_reference_client_prints_what_happens_without_knowing_django(
    socket_server: SocketServer, make_person: MakePerson, append: Append, tmp_path: Path
) -> None:
    token_file = tmp_path / "token"
    token_file.write_text(make_person("red")[1])
    append("toy:red", size=1)
    options = [socket_server.url, "toy:red", "--token-file", str(token_file)]
    command = [sys.executable, "-m", "live.client", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PYTHONPATH": "."}, text=True) as printing:
        assert printing.stdout is not None
        assert json.loads(printing.stdout.readline())["kind"] == "snapshot"
        append("toy:red", size=2)
        assert json.loads(printing.stdout.readline())["data"] == {"size": 2}
        wait_until(lambda: ("python", "toy:red", 2) in toys.acks)
        printing.terminate()


def test_what_the_reference_client_remembers_is_what_it_has_printed(
    socket_server: SocketServer, make_person: MakePerson, append: Append, tmp_path: Path
) -> None:
    token_file, state = tmp_path / "token", tmp_path / "reached.json"
    token_file.write_text(make_person("red")[1])
    for size in range(1, 101):
        append("toy:red", size=size)
    state.write_text(json.dumps({"toy:red": {"epoch": str(_stream().epoch), "offset": 0}}))
    options = [socket_server.url, "toy:red", "--token-file", str(token_file), "--state", str(state)]
    command = [sys.executable, "-m", "live.client", *options]
    seen: list[int] = []
    for until in (5, 100):
        # A pipe that holds few lines keeps the program from printing on while all events are at it.
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, env={"PYTHONPATH": "."}, text=True, pipesize=4096
        ) as printing:
            assert printing.stdout is not None
            while not seen or seen[-1] < until:
                seen.append(json.loads(printing.stdout.readline())["offset"])
            printing.kill()
            seen += [json.loads(line)["offset"] for line in printing.stdout if line.endswith("}\n")]
    # What was printed and not yet remembered when it was killed is printed once more, none is left out.
    assert sorted(set(seen)) == list(range(1, 101))
