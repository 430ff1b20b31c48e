"""What happens in the city while sockets listen: a process of its own, as the pages' servers are.

`python -m bench.crowd.writer WORLD assign RATE SECONDS FIRST` sends crews, `… append COUNT` writes events to
the first desk's stream, `… group COUNT` sends to the bare channels group. Prints JSON.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4


def main() -> None:
    import django

    django.setup()
    world = json.loads(Path(sys.argv[1]).read_text())
    what, *numbers = sys.argv[2:]
    if what == "assign":
        rate, seconds, first = (float(number) for number in numbers)
        told: Any = assign(world, rate, seconds, int(first))
    elif what == "append":
        told = append(world, int(numbers[0]))
    else:
        told = asyncio.run(send_to_group(int(numbers[0])))
    from live import hints

    hints.flush(5)
    print(json.dumps(told))


def assign(world: dict[str, Any], rate: float, seconds: float, first: int) -> dict[str, float]:
    """Send a crew `rate` times a second, none left out; when each job was committed, by its id."""
    from django.utils import timezone

    from accounts.models import User
    from dispatch.services.assign import assign_job

    people = User.objects.in_bulk([desk["person"] for desk in world["desks"]])
    committed: dict[str, float] = {}
    begun = time.monotonic()
    for number in range(first, first + int(rate * seconds)):
        _sleep_until(begun + (number - first) / rate)
        desk = world["desks"][number % len(world["desks"])]
        taken = assign_job(
            report_id=world["reports"][number],
            crew_id=UUID(world["crews"][number % len(world["crews"])]["id"]),
            actor=people[desk["person"]],
            at=timezone.now(),
            command_id=uuid4(),
        )
        committed[str(taken.job.pk)] = time.time()
    return committed


def append(world: dict[str, Any], count: int) -> dict[str, float]:
    """Write events as fast as they are committed."""
    from django.db import transaction
    from django.utils import timezone

    from live import log

    stream, begun = world["desks"][0]["stream"], time.time()
    for number in range(count):
        with transaction.atomic():
            log.append([stream], "report.changed", _small(number), at=timezone.now())
    return {"begun": begun, "ended": time.time()}


async def send_to_group(count: int) -> dict[str, float]:
    """What channels itself does with as many messages of the same size."""
    from channels.layers import get_channel_layer

    layer, begun = get_channel_layer(), time.time()
    for number in range(count):
        frame = {
            "type": "event",
            "stream": "district:D00",
            "offset": number + 1,
            "kind": "report.changed",
            "at": "2026-11-22T07:30:00.000Z",
            "data": _small(number),
        }
        await layer.group_send("bench", {"type": "bench.frame", "text": json.dumps(frame)})
    return {"begun": begun, "ended": time.time()}


def _small(number: int) -> dict[str, Any]:
    return {
        "report": "K7Q3MX",
        "version": number,
        "status": "received",
        "urgency": 0,
        "visibility": "public",
        "uncertain": False,
    }


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


if __name__ == "__main__":
    main()
