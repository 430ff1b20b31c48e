"""Background work. Every task may run twice; what must happen is a row that says so, and a sweep finds it."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from dispatch.services import (
    arrivals,
    improving,
    letters,
    phones,
    promised_times,
    reviews,
    shift_clock,
    uploads,
    waiting,
    watching,
)
from dispatch.tracking import tracks


@shared_task(name="dispatch.tasks.look_at_watched_jobs")
def look_at_watched_jobs() -> None:
    """Look at the jobs whose crews should have been heard of by now."""
    watching.look_at_watched_jobs(at=timezone.now())


@shared_task(name="dispatch.tasks.measure_arrivals")
def measure_arrivals() -> None:
    """Ask the routing server when the crews on their way will be there."""
    arrivals.measure_arrivals(at=timezone.now())


@shared_task(name="dispatch.tasks.improve_plan")
def improve_plan(plan_id: str) -> None:
    """Look for the better plan, in a process of its own for which this task only waits."""
    improving.improve_plan(plan_id=UUID(plan_id), at=timezone.now())


@shared_task(name="dispatch.tasks.improve_waiting_plans")
def improve_waiting_plans() -> None:
    """Plans whose task was lost, and the end of old ones."""
    improving.improve_waiting_plans(at=timezone.now())


@shared_task(name="dispatch.tasks.keep_shifts")
def keep_shifts() -> None:
    """Forgotten sign-offs, and planned breaks that begin."""
    at = timezone.now()
    shift_clock.end_forgotten_duties(at=at)
    shift_clock.begin_planned_breaks(at=at)


@shared_task(name="dispatch.tasks.look_at_promises")
def look_at_promises() -> None:
    """Warn desks of promised times that are near, and tell supervisors of those that are over."""
    at = timezone.now()
    if promised_times.look_at_due_reports(at=at) < promised_times.AT_MOST:
        letters.write_letters(at=at)  # one letter for all of it, however many runs it took
    letters.send_letters(at=at)


@shared_task(name="dispatch.tasks.watch_unwatched_reports")
def watch_unwatched_reports() -> None:
    """Find reports whose promised times nobody looks at: they were loaded beside the services."""
    promised_times.watch_unwatched_reports(at=timezone.now())


@shared_task(name="dispatch.tasks.erase_old_tracks")
def erase_old_tracks() -> None:
    """Tracks are kept for as many days as their district says."""
    tracks.erase_old(at=timezone.now())


@shared_task(name="dispatch.tasks.drop_dead_phones")
def drop_dead_phones() -> None:
    """Codes that enrol nothing any more, and phones that were cut off long ago."""
    phones.drop_dead(at=timezone.now())


@shared_task(name="dispatch.tasks.keep_promises")
def keep_promises() -> None:
    """Find photos whose job was not told that they came, and jobs whose photos don't come."""
    waiting.keep_promises(at=timezone.now())


@shared_task(name="dispatch.tasks.drop_stale_uploads")
def drop_stale_uploads() -> None:
    """Forget photos that stopped half-way, long ago."""
    uploads.drop_stale_uploads(at=timezone.now())


@shared_task(name="dispatch.tasks.check_finished_proofs")
def check_finished_proofs() -> None:
    """Mark the proofs of finished jobs whose photos are ready by now."""
    reviews.check_finished_proofs(at=timezone.now())
