"""Where crews are, as far as that can be trusted."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dispatch.models import Crew
from dispatch.tracking import Fix
from dispatch.travel import FRESH_FOR
from live.presence import connected


def trusted_places(crews: Sequence[Crew], fixes: dict[UUID, Fix], *, at: datetime) -> dict[UUID, Fix]:
    """Of the last places those of the last half hour, and older ones of crews that are connected.

    A phone tells nothing while it stands, so that an old place holds as long as it could tell of a new one.
    One query where a place is old, none else.
    """
    old = [crew for crew in crews if crew.pk in fixes and at - fixes[crew.pk].at > FRESH_FOR]
    reached = (
        {presence.stream for presence in connected([crew.stream for crew in old], at=at)} if old else set()
    )
    lost = {crew.pk for crew in old if crew.stream not in reached}
    return {pk: fix for pk, fix in fixes.items() if pk not in lost}
