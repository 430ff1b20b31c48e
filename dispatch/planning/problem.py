"""The question that a plan answers, as plain data. All times are seconds from the moment it was asked.

Imported by the child process too: nothing of Django here.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

# Of 100; VROOM leaves out the least when not everything can be done.
MOST_PRIORITY = 100


@dataclass(frozen=True, slots=True)
class Rest:
    """A break: it begins within [earliest, latest] and lasts so long."""

    earliest: int
    latest: int
    length: int


@dataclass(frozen=True, slots=True)
class Worker:
    """A crew: from where it starts (an index of the tables), when, until when, how many jobs it takes."""

    place: int
    starts: int
    ends: int
    capacity: int
    table: str
    rests: tuple[Rest, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One stop: where, how long, until when it should be finished (None: no matter), and who can do it.

    `eager` weighs each second until the arrival: for what can't wait. `size`: for how many it counts against
    a capacity. Of tasks with the same `apart` no route holds two.
    """

    place: int
    service: int
    due: int | None
    priority: int
    workers: tuple[int, ...]
    eager: float = 0.0
    size: int = 1
    apart: int | None = None


Route = list[int]


@dataclass(frozen=True, slots=True)
class Problem:
    """`tables`: seconds from place to place by name of the vehicle."""

    tables: dict[str, list[list[int]]]
    workers: tuple[Worker, ...]
    tasks: tuple[Task, ...]

    def load(self, route: Route) -> int:
        return sum(self.tasks[index].size for index in route)

    def has_twin(self, route: Route, index: int) -> bool:
        """Whether the route holds another task that must stay apart from this one."""
        apart = self.tasks[index].apart
        return apart is not None and any(self.tasks[each].apart == apart for each in route if each != index)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Problem":
        workers = (
            Worker(**{**each, "rests": tuple(Rest(**rest) for rest in each["rests"])})
            for each in facts["workers"]
        )
        tasks = (Task(**{**each, "workers": tuple(each["workers"])}) for each in facts["tasks"])
        return cls(facts["tables"], tuple(workers), tuple(tasks))


@dataclass(frozen=True, slots=True)
class Plan:
    """A route of tasks for each worker, by index, and what is in none."""

    routes: list[Route]
    unplanned: list[int] = field(default_factory=list)
