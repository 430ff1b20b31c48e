"""What of its queue a desk looks at: a view as its address has it, and as the database is asked for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import DomainError
from dispatch.models import OPEN_JOB_STATUSES, Job
from reports.models import Report, ReportStatus, Urgency
from reports.selectors.narrowing import Narrowing
from reports.selectors.queue import Group

LONGEST_TEXT = 100


class Tab(TextChoices):
    WAITING = "waiting", gettext_lazy("Wait for a decision")
    ASSIGNED = "assigned", gettext_lazy("Assigned")
    ALL = "all", gettext_lazy("All open")
    FINISHED = "finished", gettext_lazy("Finished")

    @property
    def group(self) -> Group:
        return _GROUPS[self]


_GROUPS = {
    Tab.WAITING: Group.TODO,
    Tab.ASSIGNED: Group.MOVING,
    Tab.ALL: Group.OPEN,
    Tab.FINISHED: Group.ENDED,
}


class FilterUnreadable(DomainError):
    """An address asks for something that there can't be."""

    code = "invalid"
    http_status = 422


@dataclass(frozen=True, slots=True)
class Filters:
    """Each field is a parameter of the address, and what is empty is left out of it."""

    tab: str = Tab.WAITING
    q: str = ""
    category: str = ""
    status: str = ""
    urgency: str = ""
    neighbourhood: str = ""
    crew: str = ""
    late: str = ""
    border: str = ""
    reopened: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Filters":
        """From an address or a saved view. Raises FilterUnreadable naming the parameter."""
        known = {name: (given.get(name) or "")[:LONGEST_TEXT].strip() for name in _NAMES}
        tab = known["tab"] if known["tab"] in Tab.values else Tab.WAITING
        found = cls(**{**known, "tab": tab, **{name: _flag(known[name]) for name in _FLAGS}})
        found.require_readable()
        return found

    def require_readable(self) -> None:
        if self.urgency and self.urgency not in {str(value) for value in Urgency.values}:
            raise FilterUnreadable(_("There is no such urgency."), field="urgency")
        if self.status and self.status not in ReportStatus.values:
            raise FilterUnreadable(_("There is no such state."), field="status")
        if self.crew and not _is_uuid(self.crew):
            raise FilterUnreadable(_("This district has no such crew."), field="crew")

    @property
    def view(self) -> Tab:
        return Tab(self.tab)

    @property
    def narrows(self) -> bool:
        """Whether anything but the tab chooses."""
        return any(value for name, value in asdict(self).items() if name != "tab")

    @property
    def count(self) -> int:
        """How many filters are set, the search apart."""
        return sum(bool(value) for name, value in asdict(self).items() if name not in ("tab", "q"))

    def as_facts(self) -> dict[str, str]:
        """What is kept of it: the parameters that are set."""
        return {name: str(value) for name, value in asdict(self).items() if value}

    @property
    def all(self) -> list[tuple[str, str]]:
        """The parameters that are set, as a form sends them on."""
        return list(self.as_facts().items())

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a search keeps of the view."""
        return [(name, value) for name, value in self.as_facts().items() if name != "q"]

    def address(self, district: str) -> str:
        """The query of the address that shows this view, the district named first."""
        return urlencode({"district": district, **self.as_facts()})

    def narrowing(self, *, sees_contacts: bool) -> Narrowing:
        return Narrowing(
            text=self.q,
            sees_contacts=sees_contacts,
            category=self.category,
            status=self.status,
            urgency=int(self.urgency) if self.urgency else None,
            neighbourhood=self.neighbourhood,
            is_late=bool(self.late),
            is_at_border=bool(self.border),
            is_reopened=bool(self.reopened),
        )

    def among(self) -> QuerySet[Report] | None:
        """The reports that the crew has, if one is chosen."""
        if not self.crew:
            return None
        jobs = Job.objects.filter(report=OuterRef("pk"), crew=UUID(self.crew), status__in=OPEN_JOB_STATUSES)
        return Report.objects.filter(Exists(jobs))


_NAMES = tuple(field.name for field in fields(Filters))
_FLAGS = ("late", "border", "reopened")


def _flag(text: str) -> str:
    return "1" if text else ""


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
