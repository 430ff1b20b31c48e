"""The question that a district asks, as it is stored with its plan, and what its tasks stand for."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from dispatch.planning.problem import Problem, Route
from dispatch.ways import estimated_table
from districts.geometry import Position

# Seconds from place to place, by vehicle.
Tables = dict[str, list[list[int]]]


@dataclass(frozen=True, slots=True)
class Errand:
    """One report's part of a stop: a job, or the report itself while it has none (`job` is None).

    `version` is that of the job, else of the report: whoever takes the plan compares it. `skill` is the
    category that a part of a split report needs, None for the report's own.
    """

    report: int
    job: str | None
    version: int
    skill: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """What a task stands for: one errand, or those of a visit in their order.

    `crew` is today's, by its number, None for what waits for one. `is_late`: something of it is late by now.
    `barrier` says why nobody can do it: "skill", "vehicle", "shift", "part", or nothing.
    """

    errands: tuple[Errand, ...]
    crew: int | None = None
    is_late: bool = False
    barrier: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`crews` are ids in the order of the problem's workers, `pinned` the jobs that each has to do first."""

    problem: Problem
    places: list[Position]
    crews: list[str]
    pinned: list[list[str]]
    items: list[Item]

    @property
    def today(self) -> list[Route]:
        """The routes as they are, without what waits."""
        own: list[Route] = [[] for _ in self.crews]
        for index, item in enumerate(self.items):
            if item.crew is not None:
                own[item.crew].append(index)
        return own

    @property
    def waiting(self) -> list[int]:
        return [index for index, item in enumerate(self.items) if item.crew is None]

    @property
    def fingerprint(self) -> str:
        said = json.dumps(self.as_json(), sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Without the tables: they follow from the places."""
        facts = {**asdict(self), "problem": self.problem.as_json()}
        facts["problem"]["tables"] = {name: [] for name in self.problem.tables}
        return facts

    @classmethod
    def from_json(cls, facts: dict[str, Any], tables: Tables) -> "Question":
        problem = Problem.from_json({**facts["problem"], "tables": tables})
        places = [(lon, lat) for lon, lat in facts["places"]]
        items = [_item(item) for item in facts["items"]]
        return cls(problem, places, list(facts["crews"]), list(facts["pinned"]), items)


def tables_for(question: dict[str, Any]) -> Tables:
    """The tables of a stored question, by estimate."""
    places = [(lon, lat) for lon, lat in question["places"]]
    return {name: estimated_table(places, name) for name in question["problem"]["tables"]}


def _item(facts: dict[str, Any]) -> Item:
    return Item(**{**facts, "errands": tuple(Errand(**errand) for errand in facts["errands"])})
