"""The states of a job and the edges between them, as data: what may follow what, and who may take it."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from dispatch.models import OPEN_JOB_STATUSES, JobStatus


class Taker(StrEnum):
    """In whose name a step is taken."""

    DISPATCHER = "dispatcher"  # of the report's current district
    CREW = "crew"  # a member of the job's crew
    SYSTEM = "system"


class Step(StrEnum):
    """What can be done with a job."""

    DRAFT = "draft"
    ASSIGN = "assign"
    SEE = "see"
    ACCEPT = "accept"
    DECLINE = "decline"
    START = "start"
    ARRIVE = "arrive"
    FINISH = "finish"
    PROMISE = "promise"  # a finish whose photos are still to come
    PROVE = "prove"  # they are here
    OBSTRUCT = "obstruct"
    HAND_OVER = "hand_over"
    CANCEL = "cancel"
    NOTE = "note"
    HELP = "help"
    REPLACE = "replace_photo"
    ASK = "ask"  # the desk asks the crew
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Edge:
    """From any of `sources` to `target`, by one of `takers`. No source: the job begins here."""

    step: Step
    sources: tuple[JobStatus, ...]
    target: JobStatus
    takers: frozenset[Taker]


_UNDER_WAY = (JobStatus.ASSIGNED, JobStatus.ACCEPTED, JobStatus.ON_THE_WAY, JobStatus.ON_SITE)
_ROAD = (*_UNDER_WAY, JobStatus.PROOF_PENDING, JobStatus.DONE)
_CREW = frozenset({Taker.CREW})
_DESK = frozenset({Taker.DISPATCHER})
_DESK_OR_SYSTEM = frozenset({Taker.DISPATCHER, Taker.SYSTEM})
_SYSTEM = frozenset({Taker.SYSTEM})

# A crew that forgot to tap a step may go on: the forward edges start at every state before their target.
EDGES = (
    Edge(Step.DRAFT, (), JobStatus.DRAFT, _DESK_OR_SYSTEM | _CREW),
    Edge(Step.ASSIGN, (), JobStatus.ASSIGNED, _DESK),
    Edge(Step.ASSIGN, (JobStatus.DRAFT,), JobStatus.ASSIGNED, _DESK),
    Edge(Step.ACCEPT, _ROAD[:1], JobStatus.ACCEPTED, _CREW),
    Edge(Step.START, _ROAD[:2], JobStatus.ON_THE_WAY, _CREW),
    Edge(Step.ARRIVE, _ROAD[:3], JobStatus.ON_SITE, _CREW),
    Edge(Step.FINISH, _UNDER_WAY, JobStatus.DONE, _CREW),
    Edge(Step.PROMISE, _UNDER_WAY, JobStatus.PROOF_PENDING, _CREW),
    Edge(Step.PROVE, (JobStatus.PROOF_PENDING,), JobStatus.DONE, _SYSTEM),
    Edge(Step.DECLINE, _ROAD[:2], JobStatus.DECLINED, _CREW),
    Edge(Step.OBSTRUCT, _UNDER_WAY, JobStatus.OBSTRUCTED, _CREW),
    Edge(Step.HAND_OVER, (*_UNDER_WAY, JobStatus.PROOF_PENDING), JobStatus.HANDED_OVER, _DESK_OR_SYSTEM),
    Edge(Step.CANCEL, OPEN_JOB_STATUSES, JobStatus.CANCELLED, _DESK_OR_SYSTEM),
)
# What a crew does beside the road, also when the job is no longer its own; looking at it only while it is.
ANY_TIME = frozenset({Step.NOTE, Step.HELP, Step.REPLACE, Step.ANSWER})
_BESIDE = ANY_TIME | {Step.SEE}
CREW_STEPS = frozenset(edge.step for edge in EDGES if edge.takers == _CREW) | {Step.SEE}
# Taking one of these again is no fault: two phones of one crew, two dispatchers who cancel.
LENIENT_STEPS = CREW_STEPS | {Step.CANCEL}
_BY_SOURCE = {(edge.step, source): edge for edge in EDGES for source in edge.sources}
# How far each step of the crew leads on the road. Who finishes has given its word, wherever the photos are.
_GOALS = {
    Step.ACCEPT: JobStatus.ACCEPTED,
    Step.START: JobStatus.ON_THE_WAY,
    Step.ARRIVE: JobStatus.ON_SITE,
    Step.FINISH: JobStatus.PROOF_PENDING,
    Step.PROMISE: JobStatus.PROOF_PENDING,
}


def find_edge(step: Step, status: str) -> Edge | None:
    """The edge that the step takes from this state, if there is one."""
    return _BY_SOURCE.get((step, JobStatus(status)))


def list_takers(step: Step) -> frozenset[Taker]:
    """Who may take the step from some state."""
    if step in _BESIDE:
        return _CREW
    if step is Step.ASK:
        return _DESK
    return frozenset().union(*(edge.takers for edge in EDGES if edge.step is step))


def list_allowed(status: str, takers: Collection[Taker]) -> list[str]:
    """The steps that one of `takers` may take from this state, in the order of the table.

    Whether finishing is a promise depends on the photos: it is told once, as "finish".
    """
    known = JobStatus(status)
    offered = (edge for edge in EDGES if known in edge.sources and edge.step is not Step.PROMISE)
    return [edge.step.value for edge in offered if not edge.takers.isdisjoint(takers)]


def list_skipped(step: Step, status: str) -> list[str]:
    """The states between this one and the step's target that nobody tapped."""
    if find_edge(step, status) is None or step not in _GOALS:
        return []
    reached, goal = _ROAD.index(JobStatus(status)), _ROAD.index(_GOALS[step])
    return [state.value for state in _ROAD[reached + 1 : goal]]


def is_behind(step: Step, status: str) -> bool:
    """Whether the job has already come where the step leads, or farther on the same road."""
    known = JobStatus(status)
    if step in _GOALS:
        return known in _ROAD and _ROAD.index(known) >= _ROAD.index(_GOALS[step])
    return any(edge.target == known for edge in EDGES if edge.step == step)
