"""The states of a report and the edges between them, each with who may take it. Pure."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from reports.models.choices import (
    ENDED_STATUSES,
    OPEN_STATUSES,
    UNDER_WAY_STATUSES,
    UNTOUCHED_STATUSES,
)
from reports.models.choices import ReportStatus as S


class Party(StrEnum):
    """Who moves a report. The crews move it only through their jobs: reports.progress_table."""

    JOBS = "jobs"
    DISPATCHER = "dispatcher"
    OPERATOR = "operator"
    RESIDENT = "resident"
    SYSTEM = "system"


class TransitionRefused(DomainError):
    """The report's state has no such edge for this party. `data` holds the state and what is possible."""

    code = "transition_refused"
    http_status = 409


UNTOUCHED: Final = UNTOUCHED_STATUSES
UNDER_WAY: Final = UNDER_WAY_STATUSES
OPEN: Final = OPEN_STATUSES
ENDED: Final = ENDED_STATUSES

_JOBS = frozenset({Party.JOBS})
_DESK = frozenset({Party.DISPATCHER})
_FRONT = frozenset({Party.DISPATCHER, Party.OPERATOR})
_ASKED = frozenset({Party.DISPATCHER, Party.OPERATOR, Party.RESIDENT})
_VOICE = frozenset({Party.OPERATOR, Party.RESIDENT})

Edge = tuple[S, S]


def _edges() -> dict[Edge, frozenset[Party]]:
    edges: dict[Edge, frozenset[Party]] = {}
    for start in UNTOUCHED:
        edges |= {(start, end): _DESK for end in (S.REJECTED, S.DUPLICATE, S.REFERRED)}
        edges |= {(start, end): _JOBS for end in (S.PLANNED, S.IN_PROGRESS, S.RESOLVED)}
        if start is not S.WAITING:
            edges[start, S.WAITING] = _DESK
    for end in (S.IN_PROGRESS, S.RESOLVED, S.REJECTED, S.ACKNOWLEDGED):
        edges[S.PLANNED, end] = _JOBS
    for end in (S.PLANNED, S.RESOLVED, S.REJECTED, S.ACKNOWLEDGED):
        edges[S.IN_PROGRESS, end] = _JOBS
    return edges | {
        (S.RECEIVED, S.ACKNOWLEDGED): _DESK,
        (S.REOPENED, S.ACKNOWLEDGED): _DESK,
        (S.WAITING, S.ACKNOWLEDGED): _ASKED,
        # The desk takes its own word back.
        (S.REJECTED, S.ACKNOWLEDGED): _DESK,
        (S.DUPLICATE, S.ACKNOWLEDGED): _DESK,
        (S.REFERRED, S.ACKNOWLEDGED): _DESK,
        (S.RESOLVED, S.CLOSED): _VOICE | {Party.SYSTEM},
        (S.RESOLVED, S.REOPENED): _VOICE | {Party.DISPATCHER},
        # The desk has looked at the proof: reports.services.sending_back.
        (S.RESOLVED, S.IN_PROGRESS): _DESK,
        (S.REJECTED, S.REOPENED): _VOICE,
        # Only what silence closed: reports.services.resident.
        (S.CLOSED, S.REOPENED): _VOICE,
    }


EDGES: Final[dict[Edge, frozenset[Party]]] = _edges()


def may_move(start: str, end: str, parties: Collection[Party]) -> bool:
    """Whether one of the parties may take the edge."""
    return not EDGES.get((S(start), S(end)), frozenset()).isdisjoint(parties)


def require_edge(start: str, end: str, parties: Collection[Party]) -> None:
    """Raises TransitionRefused."""
    if not may_move(start, end, parties):
        raise TransitionRefused(
            _("The report is “%(now)s” now, so it can't become “%(wanted)s”. Nothing was changed.")
            % {"now": S(start).label, "wanted": S(end).label},
            status=S(start).value,
            possible=next_states(start, parties),
        )


def next_states(start: str, parties: Collection[Party]) -> list[str]:
    """Where these parties may move a report in this state, in the order of the states."""
    return [end.value for end in S if may_move(start, end, parties)]


def is_open(status: str) -> bool:
    """Whether something is still to be done."""
    return status in OPEN
