"""Who reads the streams of crews and districts, and their events, filled in when they are delivered."""

from collections.abc import Hashable, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from dispatch import access
from dispatch.facts import Facts
from dispatch.models import Crew
from dispatch.selectors import crew_jobs, read_crew_id
from dispatch.selectors.jobs import CREW, get_jobs_facts
from live.events import EventFacts

Person = User | AnonymousUser


class CrewStreams:
    """`crew:<id>`, for the members of the crew."""

    def may_read(self, user: Person, key: str) -> bool:
        crew_id = read_crew_id(key)
        return crew_id is not None and isinstance(user, User) and access.is_member(user, crew_id)

    def audience(self, user: Person, key: str) -> Hashable:
        """All members see the same."""
        return "crew"

    def snapshot(self, user: Person, key: str) -> Facts:
        """`{"crew": …, "jobs": […]}`: the crew and its open jobs in the order of the route."""
        crew = Crew.objects.select_related("district").get(pk=key)
        return {"crew": crew_facts(crew), "jobs": crew_jobs(crew)}

    def present(self, user: Person, key: str, events: list[EventFacts]) -> Sequence[Facts]:
        """The event with its `job` as it stands now; one that was taken away says so by its status."""
        jobs = get_jobs_facts(job_ids_of(events), CREW)
        return [_with_job(event, jobs) for event in events]


def crew_facts(crew: Crew) -> Facts:
    """The crew as its phones and its desk get it."""
    return {
        "id": str(crew.pk),
        "name": crew.name,
        "vehicle": crew.vehicle,
        "district": crew.district.code,
        "on_duty": crew.is_on_duty,
        "stream": crew.stream,
    }


def job_ids_of(events: list[EventFacts]) -> set[str]:
    return {event.payload["job"] for event in events if event.payload.get("job")}


def _with_job(event: EventFacts, jobs: dict[str, Facts]) -> dict[str, Any]:
    named = event.payload.get("job")
    return {**event.payload, "job": jobs.get(named)} if named else dict(event.payload)
