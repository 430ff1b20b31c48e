"""The reasons for and against a crew, in a few words each."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dispatch.guarantees import Guarantee
from dispatch.models import Crew, Shift
from reports.models import Category

UNKNOWN_PLACE = gettext_lazy("place unknown")
# A younger place needs no word.
SEEN_LATELY = timedelta(minutes=5)
# The end of a shift is worth a word when it is near.
ENDS_SOON = timedelta(hours=2)


def way(minutes: float) -> str:
    return _("about %(minutes)d min away") % {"minutes": max(1, round(minutes))}


def load(jobs: int, minutes: float) -> str:
    if not jobs:
        return _("no job left")
    counted = ngettext("%(count)d job left", "%(count)d jobs left", jobs) % {"count": jobs}
    return _("%(jobs)s, about %(time)s") % {"jobs": counted, "time": _length(minutes)}


def skilled(category: Category) -> str:
    return _("can do: %(category)s") % {"category": category.name}


def unskilled(category: Category) -> str:
    return _("not equipped for: %(category)s") % {"category": category.name}


def guaranteed(guarantee: Guarantee) -> str:
    return _("repaired it, guaranteed until %(until)s") % {"until": day(guarantee.until)}


def vehicle(crew: Crew) -> str:
    return crew.get_vehicle_display()


def needs(vehicles: Sequence[str]) -> str:
    names = " / ".join(str(Crew.Vehicle(each).label) for each in vehicles)
    return _("needs: %(vehicles)s") % {"vehicles": names}


def seen(seen_at: datetime | None, at: datetime) -> str:
    """How old the place is, when that is worth a word."""
    if seen_at is None or at - seen_at <= SEEN_LATELY:
        return ""
    return _("seen %(time)s ago") % {"time": _length((at - seen_at).total_seconds() / 60)}


def standing(since: datetime, at: datetime) -> str:
    """Of a connected crew: its phone would have told of a move."""
    return _("has stood there for %(time)s") % {"time": _length((at - since).total_seconds() / 60)}


def shift(crew: Crew, planned: Shift | None, at: datetime) -> str:
    if crew.break_until is not None and crew.is_resting(at):
        return _("on a break until %(time)s") % {"time": _clock(crew.break_until)}
    if planned is not None and planned.starts_at <= at and planned.ends_at - at <= ENDS_SOON:
        return shift_ends(planned.ends_at)
    return ""


def shift_ends(ends_at: datetime) -> str:
    return _("shift ends at %(time)s") % {"time": _clock(ends_at)}


def off_duty(planned: Shift | None, at: datetime) -> str:
    if planned is not None and planned.starts_at > at:
        return _("off duty, shift from %(time)s") % {"time": _clock(planned.starts_at)}
    return _("off duty")


def full(capacity: int) -> str:
    return ngettext("has its %(count)d job at a time", "has its %(count)d jobs at a time", capacity) % {
        "count": capacity
    }


def _length(minutes: float) -> str:
    whole = max(1, round(minutes))
    if whole < 90:
        return _("%(minutes)d min") % {"minutes": whole}
    return _("%(hours)d h") % {"hours": round(whole / 60)}


def day(moment: date) -> str:
    """The day as people read it, of a date or of a moment."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return date_format(local, "DATE_FORMAT")


def _clock(moment: datetime) -> str:
    return time_format(timezone.localtime(moment), "TIME_FORMAT")
