"""A dispatcher who sends crews whatever happens to the servers: the same command until it is taken.

`python -m bench.crowd.dispatcher WORLD RATE SECONDS FIRST RIDERS`. Prints the jobs as JSON.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

PAUSE_S = 0.5


def main() -> None:
    import django

    django.setup()
    world = json.loads(Path(sys.argv[1]).read_text())
    rate, seconds = float(sys.argv[2]), float(sys.argv[3])
    first, riders = int(sys.argv[4]), int(sys.argv[5])
    begun, jobs = time.monotonic(), []
    for number in range(first, first + int(rate * seconds)):
        time.sleep(max(0.0, begun + (number - first) / rate - time.monotonic()))
        jobs.append(send(world, number, number % riders))
    print(json.dumps(jobs))


def send(world: dict[str, Any], number: int, crew: int) -> str:
    """The id of the job, once it is committed."""
    from django.db import DatabaseError, connection
    from django.utils import timezone

    from accounts.models import User
    from dispatch.services.assign import assign_job

    command_id = uuid4()
    while True:
        try:
            actor = User.objects.get(pk=world["desks"][number % len(world["desks"])]["person"])
            taken = assign_job(
                report_id=world["reports"][number],
                crew_id=UUID(world["crews"][crew]["id"]),
                actor=actor,
                at=timezone.now(),
                command_id=command_id,
            )
        except DatabaseError:
            connection.close()
            time.sleep(PAUSE_S)
        else:
            return str(taken.job.pk)


if __name__ == "__main__":
    main()
