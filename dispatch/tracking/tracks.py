"""Tracks: where a crew was, thinned, kept for days, and shown only with a record of who looked."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from dispatch.models import Crew, Position, TrackPoint, TrackView
from dispatch.tracking.fixes import Fix
from districts.models import District


def append(fixes: Sequence[Fix]) -> None:
    """Add points to the crews' tracks, in one statement; the same point twice is one."""
    rows = [
        TrackPoint(crew_id=fix.crew_id, point=fix.point, accuracy_m=fix.accuracy_m, at=fix.at)
        for fix in fixes
    ]
    TrackPoint.objects.bulk_create(rows, ignore_conflicts=True)


def view_track(*, crew: Crew, day: date, viewer: User, at: datetime, is_own: bool) -> list[TrackPoint]:
    """The crew's points of that day in the city's time, and the record that somebody else looked at it.

    The same person's looks at one day within an hour are one record; a crew's own looks are none.
    """
    start = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    if not is_own:
        _record_view(crew, day, viewer, at)
    until = start + timedelta(days=1)
    return list(TrackPoint.objects.filter(crew=crew, at__gte=start, at__lt=until).order_by("at"))


def erase_old(*, at: datetime) -> int:
    """Delete points past their district's days, and places left of crews off duty; says how many points."""
    erased = 0
    for district_id, days in District.objects.values_list("pk", "track_days"):
        old = TrackPoint.objects.filter(crew__district=district_id, at__lt=at - timedelta(days=days))
        erased += old.delete()[0]
    Position.objects.filter(crew__is_on_duty=False).delete()
    return erased


def _record_view(crew: Crew, day: date, viewer: User, at: datetime) -> None:
    lately = TrackView.objects.filter(crew=crew, viewer=viewer, day=day, at__gt=at - timedelta(hours=1))
    if not lately.exists():
        TrackView.objects.create(crew=crew, viewer=viewer, day=day, at=at)
