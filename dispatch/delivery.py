"""What a crew's phone has: the acknowledgements of its stream turned into delivered jobs."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from dispatch import access, news
from dispatch.models import OPEN_JOB_STATUSES, Job
from dispatch.selectors import read_crew_id
from districts.spatial import lock_rows
from live import log, names
from live.models import Event

# A phone acknowledges every few events: what lies farther back was told before, or will be by a step.
OFFSETS_BACK = 1_000


def receive_ack(user: User | AnonymousUser, device: str, stream: str, offset: int, at: datetime) -> None:
    """A reader has all of the stream up to `offset`: jobs assigned to the crew until there are delivered.

    Only members of the crew count. Repeating it changes nothing.
    """
    prefix, key = names.split(stream)
    crew_id = read_crew_id(key) if prefix == "crew" else None
    if crew_id is None or not isinstance(user, User) or not _has_undelivered(crew_id):
        return
    if access.is_member(user, crew_id):
        _mark_delivered(crew_id, _assigned_until(stream, offset), at)


def _has_undelivered(crew_id: UUID) -> bool:
    return Job.objects.filter(crew=crew_id, delivered_at=None, status__in=OPEN_JOB_STATUSES).exists()


def _assigned_until(stream: str, offset: int) -> list[str]:
    assigned = Event.objects.filter(stream__name=stream, kind="job.assigned")
    lately = assigned.filter(offset__lte=offset, offset__gt=offset - OFFSETS_BACK)
    return [payload["job"] for payload in lately.values_list("payload", flat=True)]


def _mark_delivered(crew_id: UUID, job_ids: list[str], at: datetime) -> None:
    with transaction.atomic(), log.gathered():
        waiting = Job.objects.filter(crew=crew_id, pk__in=job_ids, delivered_at=None)
        for job in lock_rows(waiting.select_related("report__district").order_by("pk")):
            job.delivered_at = at
            job.save(update_fields=["delivered_at"])
            news.tell_delivered(job, at=at)
