"""The order of a crew's jobs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import NotFound
from accounts.models import User
from dispatch import news
from dispatch.models import OPEN_JOB_STATUSES, Crew, Job
from dispatch.sharing import also_works_for
from districts.memberships import may_dispatch
from districts.models import District
from districts.spatial import lock_rows


def order_route(*, crew_id: UUID, job_ids: Sequence[UUID], actor: User, at: datetime) -> bool:
    """Put these open jobs of the crew first, in this order, and the others behind them as they were.

    What is of one visit stays together all the same, where its first job stands. By a dispatcher of a
    district that the crew works for. Jobs that are not the crew's any more are passed over; the same order
    again changes nothing. Versions stay: the order is no content of a job. Returns whether something changed.
    Raises NotFound.
    """
    with transaction.atomic():
        crew = lock_rows(Crew.objects.filter(pk=crew_id).select_related("district")).first()
        if crew is None or not _may_order(actor, crew, at):
            raise NotFound(_("There is no such crew, or it is not yours."), field="crew")
        jobs = list(lock_rows(Job.objects.filter(crew=crew, status__in=OPEN_JOB_STATUSES)).order_by("pk"))
        moved = _number(jobs, list(job_ids))
        Job.objects.bulk_update(moved, ["position"])
        if moved:
            news.tell_route(crew, at=at)
    return bool(moved)


def _number(jobs: list[Job], wanted: list[UUID]) -> list[Job]:
    """Gives positions from 1; returns the jobs whose position changed."""
    ranks = {job_id: rank for rank, job_id in enumerate(wanted)}
    jobs.sort(key=lambda job: (ranks.get(job.pk, len(ranks)), job.position, job.created_at, job.pk))
    moved = []
    for position, job in enumerate(_with_visits_together(jobs), start=1):
        if job.position != position:
            job.position = position
            moved.append(job)
    return moved


def _with_visits_together(jobs: Iterable[Job]) -> list[Job]:
    stops: dict[UUID, list[Job]] = {}
    for job in jobs:
        stops.setdefault(job.visit or job.pk, []).append(job)
    return [job for stop in stops.values() for job in stop]


def _may_order(actor: User, crew: Crew, at: datetime) -> bool:
    if may_dispatch(actor, crew.district_id):
        return True
    codes = also_works_for([crew.pk], at=at).get(crew.pk, [])
    others = District.objects.filter(code__in=codes).values_list("pk", flat=True)
    return any(may_dispatch(actor, district_id) for district_id in others)
