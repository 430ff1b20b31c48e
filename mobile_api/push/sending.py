"""Pushing what a crew's phone has not acknowledged: due rows, sent outside their transaction, tried again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dispatch.models import Crew, Job, JobStatus
from districts.spatial import lock_rows
from live.sweeping import sweep
from mobile_api.models import Push, PushDevice
from mobile_api.push.queueing import push_later
from mobile_api.push.wakes import Fate, Outcome, Sender, Wake

# A second run keeps away this long: longer than the service may take.
CLAIM = timedelta(minutes=2)
# How long after each attempt that failed the next may come; after the last there is none: the desk knows.
GAPS_S = (15.0, 30.0, 60.0, 120.0)
LONGEST_GAP_S = 600.0
AT_ONCE = 100


def expect_ack(*, job_id: UUID, assigned_at: datetime) -> None:
    """Have the job pushed unless its crew's phone has it in time. Repeating it changes nothing."""
    after = timedelta(seconds=settings.PUSH_AFTER_S)
    if not Job.objects.filter(pk=job_id).exists():
        return
    push, is_new = Push.objects.get_or_create(job_id=job_id, defaults={"due_at": assigned_at + after})
    if is_new and push.due_at is not None:
        push_later((push.due_at - timezone.now()).total_seconds())


def push_due_jobs(*, at: datetime) -> int:
    """Push every job that is due. Returns how many there were."""
    due = _due(at).order_by("due_at")
    pushed = sweep(
        "mobile_api.due_pushes", due, lambda job_id: push_job(job_id=job_id, at=at), at=at, at_once=AT_ONCE
    )
    return len(pushed)


def push_job(*, job_id: UUID, at: datetime) -> None:
    """Wake the devices of the job's crew that were not told yet, unless one of them has the job by now.

    May run twice at once: whoever comes second finds the row claimed, and goes. Identifiers that belong to no
    device any more are dropped.
    """
    devices = _claim(job_id, at)
    if not devices:
        return
    crew = Crew.objects.select_related("district").get(jobs=job_id)
    outcomes = _sender()([_wake(device, crew) for device in devices])
    _settle(job_id, devices, outcomes, timezone.now())


def _due(at: datetime) -> QuerySet[Push]:
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    return Push.objects.filter(free, due_at__lte=at)


def _claim(job_id: UUID, at: datetime) -> list[PushDevice]:
    """The devices to wake; none, and then nothing is due any more, where nobody has to be woken."""
    with transaction.atomic():
        push = lock_rows(_due(at).filter(pk=job_id), skip_locked=True).first()
        if push is None:
            return []
        rests_until = _rests_until(job_id, at)
        devices = _devices(push) if _is_unheard(job_id) and rests_until is None else []
        push.claimed_until = at + CLAIM if devices else None
        push.due_at = push.due_at if devices else rests_until
        push.save(update_fields=["claimed_until", "due_at"])
        return devices


def _rests_until(job_id: UUID, at: datetime) -> datetime | None:
    """Until when the job's crew is on a break: then it is woken, and not before."""
    crew = Crew.objects.filter(jobs=job_id).first()
    return crew.break_until if crew and crew.is_resting(at) else None


def _is_unheard(job_id: UUID) -> bool:
    """Off duty nothing rings: who goes on duty opens the page and has the job."""
    waiting = Job.objects.filter(pk=job_id, status=JobStatus.ASSIGNED, crew__is_on_duty=True)
    return waiting.filter(delivered_at=None, seen_at=None).exists()


def _devices(push: Push) -> list[PushDevice]:
    crew = Crew.objects.filter(jobs=push.pk)
    members = PushDevice.objects.filter(user__crew_memberships__crew__in=crew, user__is_active=True)
    members = members.filter(Q(phone=None) | Q(phone__revoked_at=None), Q(crew=None) | Q(crew__in=crew))
    return list(members.exclude(pk__in=push.reached).select_related("user").distinct())


def _wake(device: PushDevice, crew: Crew) -> Wake:
    with translation.override(device.user.language or settings.LANGUAGE_CODE):
        title = _("New job")
    return Wake(
        value=device.value,
        kind=device.kind,
        platform=device.platform,
        title=title,
        link=settings.BASE_URL + reverse("dispatch:crew"),
        person=str(device.user),
        district=crew.district.code,
    )


def _sender() -> Sender:
    """FCM where a credential is configured; its library is large, and only a worker that sends needs it."""
    if settings.FCM_CREDENTIALS is None:
        from mobile_api.push import console

        return console.send
    from mobile_api.push import fcm

    return fcm.send


def _settle(job_id: UUID, devices: Sequence[PushDevice], outcomes: Sequence[Outcome], at: datetime) -> None:
    told = list(zip(devices, outcomes, strict=True))
    with transaction.atomic():
        push = lock_rows(Push.objects.filter(pk=job_id)).get()
        _drop([device for device, outcome in told if outcome.fate is Fate.GONE])
        sent = [device.pk for device, outcome in told if outcome.fate is Fate.SENT]
        push.reached = [*push.reached, *sent]
        push.sent_at = push.sent_at or (at if sent else None)
        push.due_at = _next_attempt(push, [one for one in outcomes if one.fate is Fate.LATER], at)
        push.attempts += 1
        push.claimed_until = None
        push.save()
    if push.due_at is not None:
        push_later((push.due_at - at).total_seconds())


def _next_attempt(push: Push, failed: Sequence[Outcome], at: datetime) -> datetime | None:
    """As long as the service asks for, or longer with every attempt."""
    if not failed or push.attempts >= len(GAPS_S):
        return None
    asked = max((one.retry_after_s or 0.0 for one in failed), default=0.0)
    return at + timedelta(seconds=min(LONGEST_GAP_S, max(asked, GAPS_S[push.attempts])))


def _drop(devices: Sequence[PushDevice]) -> None:
    """Unless the person has registered the device anew meanwhile."""
    for device in devices:
        PushDevice.objects.filter(pk=device.pk, value=device.value).delete()
