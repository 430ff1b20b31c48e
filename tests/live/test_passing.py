"""Places of crews for desks: however many come in, one message a second with the latest of each."""

import asyncio
from typing import Any

from django.conf import LazySettings

from live.passing import SECONDS_BETWEEN, Passing


def test_a_stream_gets_the_latest_of_each_at_most_once_a_second(settings: LazySettings) -> None:
    settings.LIVE_PASSING_S = 0.2
    sent: list[tuple[float, dict[str, Any]]] = []

    async def pour() -> None:
        loop, twice = asyncio.get_running_loop(), asyncio.Event()

        def send(stream: str, frame: dict[str, Any]) -> None:
            sent.append((loop.time(), frame))
            if len(sent) == 1:
                for lat in (2, 3):
                    passing.hear({"district:A": {"positions": {"one": {"lat": lat}, "two": {"lat": 9}}}})
            else:
                twice.set()

        passing = Passing(send)
        for lat in (0, 1):
            passing.hear({"district:A": {"positions": {"one": {"lat": lat}}}})
        await asyncio.wait_for(twice.wait(), 5)

    asyncio.run(pour())
    (first_at, first), (second_at, second) = sent
    assert first == {"type": "positions", "stream": "district:A", "crews": [{"lat": 1}]}
    assert second["crews"] == [{"lat": 3}, {"lat": 9}]
    assert second_at - first_at >= 0.19
    assert SECONDS_BETWEEN == 1.0
