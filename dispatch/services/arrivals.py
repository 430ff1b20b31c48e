"""When crews on the way will be there by the routing server: asked by a task alone, and written down.

Without a server, and while it does not answer, the estimate counts (`dispatch.travel.expect_arrival`).
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q

from dispatch import presence, routing
from dispatch.facts import lonlat
from dispatch.models import Crew, JobStatus, Watch
from dispatch.services.watching import look_at_crew
from dispatch.tracking import Fix, last_fixes
from dispatch.travel import FRESH_FOR
from dispatch.ways import Way, measure_minutes

AT_ONCE = 200
# Positions come every few seconds; the way is asked for anew once a minute.
ANEW_AFTER = timedelta(minutes=1)
logger = logging.getLogger(__name__)


def measure_arrivals(*, at: datetime) -> int:
    """Ask for every crew on the way whose last place is newer than the answer; returns how many are new.

    Call it outside of transactions: the server may take seconds. May run twice at once: the answer for the
    later place stays. The first failure ends the run; the next one begins with whoever waits longest.
    """
    if not routing.is_configured():
        return 0
    measured = list(_measure_each(at))
    for crew in measured:
        look_at_crew(crew_id=crew.pk, at=at)
    if measured:
        presence.tell([crew.stream for crew in measured], at)
    return len(measured)


def _measure_each(at: datetime) -> Iterable[Crew]:
    moving = Watch.objects.filter(job__status=JobStatus.ON_THE_WAY, job__crew__isnull=False)
    in_order = moving.select_related("job__report", "job__crew").order_by(
        F("asked_from").asc(nulls_first=True)
    )
    watches = list(in_order[:AT_ONCE])
    fixes = last_fixes(watch.job.crew_id for watch in watches if watch.job.crew_id)
    for watch in watches:
        crew, fix = watch.job.crew, fixes.get(watch.job.crew_id) if watch.job.crew_id else None
        if crew is None or fix is None or not _is_new(watch, fix):
            continue
        try:
            minutes = measure_minutes(Way(fix.lonlat, crew.vehicle), lonlat(watch.job.report.point))
        except routing.RoutingFailed as error:
            logger.warning("No arrival from the routing server (%s): the estimate counts.", error)
            return
        if minutes is not None and _write(watch, fix, minutes):
            yield crew


def _is_new(watch: Watch, fix: Fix) -> bool:
    started = watch.job.started_at
    if started is None or started - fix.at > FRESH_FOR:
        return False
    return watch.asked_from is None or fix.at - watch.asked_from >= ANEW_AFTER


def _write(watch: Watch, fix: Fix, minutes: float) -> bool:
    """Unless a later place was asked for meanwhile, or the crew is there."""
    began = max(fix.at, watch.job.started_at or fix.at)
    still = Watch.objects.filter(Q(asked_from=None) | Q(asked_from__lt=fix.at), pk=watch.pk)
    arrives_at = began + timedelta(minutes=minutes)
    return bool(
        still.filter(job__status=JobStatus.ON_THE_WAY).update(asked_from=fix.at, arrives_at=arrives_at)
    )
