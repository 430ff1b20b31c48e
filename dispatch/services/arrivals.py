"""When crews on the way will be there by the routing server: asked by a task alone, and written down.

Without a server, and while it does not answer, the estimate counts (`dispatch.travel.expect_arrival`).
"""

import logging
import time
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import F, Q
from redis.exceptions import RedisError

from dispatch import presence, routing
from dispatch.facts import lonlat
from dispatch.models import Crew, JobStatus, Watch
from dispatch.services.watching import look_at_crew
from dispatch.tracking import Fix, last_fixes
from dispatch.travel import FRESH_FOR
from dispatch.ways import Way, measure_minutes

AT_ONCE = 200
# Beyond this nobody is asked for any more.
RUN_S = 15.0
# A run that was killed keeps others away this long: longer than any run may take.
CLAIM_S = 60
_RUNNING = "arrivals:running"
# Positions come every few seconds; the way is asked for anew once a minute.
ANEW_AFTER = timedelta(minutes=1)
logger = logging.getLogger(__name__)


def measure_arrivals(*, at: datetime) -> int:
    """Ask for every crew on the way whose last place is newer than the answer; returns how many are new.

    Call it outside of transactions: the server may take seconds. One run at a time, and a short one: the next
    begins with whoever waits longest. The first failure ends it.
    """
    if not routing.is_configured() or not _claim():
        return 0
    try:
        return _measure_for(RUN_S, at)
    finally:
        _release()


def _measure_for(seconds: float, at: datetime) -> int:
    """Each answer is told before the next is asked for: a slow server keeps no crew's from the desk."""
    until, measured = time.monotonic() + seconds, 0
    for watch, crew, fix in _due():
        if time.monotonic() >= until:
            break
        try:
            minutes = measure_minutes(Way(fix.lonlat, crew.vehicle), lonlat(watch.job.report.point))
        except routing.RoutingFailed as error:
            logger.warning("No arrival from the routing server (%s): the estimate counts.", error)
            break
        if _write(watch, fix, minutes):
            look_at_crew(crew_id=crew.pk, at=at)
            presence.tell([crew.stream], at)
            measured += 1
    return measured


def _due() -> list[tuple[Watch, Crew, Fix]]:
    """Whoever waits longest first; those that are silent or stand still take no place among them."""
    moving = Watch.objects.filter(job__status=JobStatus.ON_THE_WAY, job__crew__isnull=False)
    watches = list(
        moving.select_related("job__report", "job__crew").order_by(F("asked_from").asc(nulls_first=True))
    )
    fixes = last_fixes(watch.job.crew_id for watch in watches if watch.job.crew_id)
    known = (
        (watch, watch.job.crew, fixes[watch.job.crew_id])
        for watch in watches
        if watch.job.crew and watch.job.crew_id in fixes
    )
    return [each for each in known if _is_new(each[0], each[2])][:AT_ONCE]


def _claim() -> bool:
    try:
        return bool(cache.add(_RUNNING, 1, CLAIM_S))
    except (RedisError, OSError) as error:
        logger.warning("The cache takes no claim: %s", error)
        return True


def _release() -> None:
    try:
        cache.delete(_RUNNING)
    except (RedisError, OSError) as error:
        logger.warning("The claim stays until it expires: %s", error)


def _is_new(watch: Watch, fix: Fix) -> bool:
    started = watch.job.started_at
    if started is None or started - fix.at > FRESH_FOR:
        return False
    return watch.asked_from is None or fix.at - watch.asked_from >= ANEW_AFTER


def _write(watch: Watch, fix: Fix, minutes: float | None) -> bool:
    """None: it knows no way. Not if a later place was asked for meanwhile, or the crew is there."""
    began = max(fix.at, watch.job.started_at or fix.at)
    still = Watch.objects.filter(Q(asked_from=None) | Q(asked_from__lt=fix.at), pk=watch.pk)
    arrives_at = None if minutes is None else began + timedelta(minutes=minutes)
    return bool(
        still.filter(job__status=JobStatus.ON_THE_WAY).update(asked_from=fix.at, arrives_at=arrives_at)
    )
