"""Which reports of a queue are asked for: by what they are, where, how late, and by the words in them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from districts.spatial import fold_text, with_words
from reports.codes import normalise_code
from reports.models import Contact, Report, ReportStatus
from reports.people_search import words_of_person
from reports.workflow import OPEN, UNTOUCHED


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is empty narrows nothing. With `sees_contacts` the words may be the reporter's name or address."""

    text: str = ""
    sees_contacts: bool = False
    category: str = ""
    status: str = ""
    urgency: int | None = None
    neighbourhood: str = ""
    is_late: bool = False
    is_at_border: bool = False
    is_reopened: bool = False


def narrow(reports: QuerySet[Report], by: Narrowing, *, at: datetime) -> QuerySet[Report]:
    """The reports that are all that is asked for; late by the clock `at`."""
    wanted = Q()
    if by.category:
        wanted &= Q(category__code=by.category)
    if by.status:
        wanted &= Q(status=by.status)
    if by.urgency is not None:
        wanted &= Q(urgency=by.urgency)
    if by.neighbourhood:
        wanted &= Q(neighbourhood__slug=by.neighbourhood)
    if by.is_late:
        wanted &= is_late(at)
    if by.is_at_border:
        wanted &= Q(is_uncertain=True, status__in=UNTOUCHED)
    if by.is_reopened:
        wanted &= Q(reopened_count__gt=0)
    return _with_text(reports.filter(wanted), by)


def is_late(at: datetime) -> Q:
    """Open, its deadline is over, and the clock runs."""
    return Q(status__in=OPEN, due_at__lt=at) & ~Q(status=ReportStatus.WAITING)


def _with_text(reports: QuerySet[Report], by: Narrowing) -> QuerySet[Report]:
    if not fold_text(by.text):
        return reports
    code = normalise_code(by.text)
    if code:
        return reports.filter(code=code)
    told = with_words(reports, "search_text", by.text)
    if not by.sees_contacts:
        return told
    # As a union of ids each half is found through its own index.
    people = with_words(Contact.objects.all(), "search_text", words_of_person(by.text))
    theirs = reports.filter(pk__in=people.values("report_id"))
    return reports.filter(pk__in=told.order_by().values("pk").union(theirs.order_by().values("pk")))
