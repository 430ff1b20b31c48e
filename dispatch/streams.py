"""Who reads the streams of crews and districts, and their events, filled in when they are delivered."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from dispatch import access
from dispatch.facts import Facts
from dispatch.models import Crew
from dispatch.selectors import crew_jobs, read_crew_id
from dispatch.selectors.jobs import CREW, DISPATCHER, get_jobs_facts
from dispatch.selectors.numbers import district_numbers
from dispatch.selectors.presence import list_presence
from dispatch.sharing import crews_for
from dispatch.tracking import Fix, last_fixes
from districts.memberships import memberships_of
from districts.models import District, Role
from live.events import EventFacts

Person = User | AnonymousUser
DESK = (Role.DISPATCHER, Role.SUPERVISOR, Role.OPERATOR)


class CrewStreams:
    """`crew:<id>`, for the members of the crew; the desk sees who of them is connected."""

    keeps_presence = True

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


class DistrictStreams:
    """`district:<code>`, for the staff of the district and the city's administrators."""

    tells_lookers = True

    def may_read(self, user: Person, key: str) -> bool:
        district_id = District.objects.filter(code=key).values_list("pk", flat=True).first()
        if district_id is None or not isinstance(user, User):
            return False
        own = memberships_of(user)
        return own.is_administrator or own.has_role(DESK, district_id)

    def audience(self, user: Person, key: str) -> Hashable:
        """The whole desk sees the same."""
        return "desk"

    def snapshot(self, user: Person, key: str) -> Facts:
        """`{"district", "counts": {open, todo, moving, waiting}, "crews"}`; the rows come as pages."""
        district, at = District.objects.get(code=key), timezone.now()
        crews = crews_for(district.pk, at=at).select_related("district")
        return {
            "district": district.code,
            "counts": district_numbers(district, at=at).as_json(),
            "crews": _crews_with_places(crews),
        }

    def present(self, user: Person, key: str, events: list[EventFacts]) -> Sequence[Facts]:
        """The event as it is, with its `job` filled in where the report is this district's.

        Other districts that see the report learn of its jobs by id and state alone.
        """
        jobs = get_jobs_facts(job_ids_of(events), DISPATCHER)
        own = {job_id: job for job_id, job in jobs.items() if job["report"]["district"] == key}
        return [_with_job(event, own) for event in events]


def crew_facts(crew: Crew) -> Facts:
    """The crew as its phones and its desk get it."""
    return {
        "id": str(crew.pk),
        "name": crew.name,
        "vehicle": crew.vehicle,
        "district": crew.district.code,
        "is_on_duty": crew.is_on_duty,
        "break_until": crew.break_until,
        "stream": crew.stream,
    }


def _crews_with_places(crews: Iterable[Crew]) -> list[Facts]:
    known = list(crews)
    fixes: dict[UUID, Fix] = last_fixes(crew.pk for crew in known)
    present = list_presence(known, at=timezone.now())
    return [
        crew_facts(crew) | {"position": _place(fixes.get(crew.pk)), "presence": present[crew.pk].as_json()}
        for crew in known
    ]


def _place(fix: Fix | None) -> Facts | None:
    return None if fix is None else fix.as_json()


def job_ids_of(events: list[EventFacts]) -> set[str]:
    return {event.payload["job"] for event in events if event.payload.get("job")}


def _with_job(event: EventFacts, jobs: dict[str, Facts]) -> dict[str, Any]:
    job = jobs.get(event.payload.get("job", ""))
    return {**event.payload, "job": job} if job else dict(event.payload)
