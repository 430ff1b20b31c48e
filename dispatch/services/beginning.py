"""How a job begins: drafted, or sent to a crew; what stands in the way, and what is told of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from dispatch import news
from dispatch.facts import job_facts
from dispatch.models import OPEN_JOB_STATUSES, Crew, Job, JobStatus
from dispatch.services.taking import Ask, Conflict, Held, let_report_follow, record, take
from dispatch.workflow import Step, Taker
from districts.spatial import lock_rows
from reports.models import Category, Report, Update
from reports.services.changing import record as note_change
from reports.services.changing import write
from reports.services.matters import settle_matters
from reports.services.reasons import read_words
from reports.workflow import is_open

NOTE_CHARACTERS = 1_000


class ReportEnded(DomainError):
    """Nothing is left to do on the report; `data["report"]` is its state as it stands."""

    code = "report_ended"
    http_status = 409


class AlreadyAssigned(DomainError):
    """The crew has an open job for this report; `data["job"]` is that job."""

    code = "already_assigned"
    http_status = 409


def begin_draft(
    ask: Ask,
    report: Report,
    *,
    previous: Job | None = None,
    note: str | None = None,
    crew: Crew | None = None,
    category: Category | None = None,
) -> Job:
    """A new job without a crew, on a report whose row is locked; `crew` is the crew that asks for it."""
    words = ask.note if note is None else note
    own = {"category": category or _category_of(previous)}
    job = _begin(ask, report, JobStatus.DRAFT, note=words, previous=previous, **own)
    return _announce(replace(ask, step=Step.DRAFT), job, report, crew=crew)


def send_crew(
    ask: Ask,
    report: Report,
    crew: Crew,
    note: str | None = None,
    *,
    previous: Job | None = None,
    category: Category | None = None,
    visit: UUID | None = None,
) -> Job:
    """A new job of the crew, at the end of its route, on a report whose row is locked."""
    words = ask.note if note is None else note
    place = {"crew": crew, "assigned_at": ask.at, "position": end_of_route(crew), "visit": visit}
    own = {"category": category or _category_of(previous)}
    job = _begin(ask, report, JobStatus.ASSIGNED, note=words, previous=previous, **place, **own)
    return _announce(ask, job, report)


def _category_of(previous: Job | None) -> Category | None:
    """The same work goes on."""
    return None if previous is None else previous.category


def send_draft(ask: Ask, report: Report, crew: Crew, draft: Job, *, visit: UUID | None = None) -> Job:
    """The draft becomes the crew's job, at the end of its route. Both rows are locked."""
    held = Held(report, draft)
    note = ask.note or draft.note
    return take(ask, held, crew=crew, position=end_of_route(crew), note=note, visit=visit).job


def note_one_more(job: Job, ask: Ask, *, before: int) -> None:
    """One more crew on a report whose state stays: who looks at it from before shall not send another."""
    report = job.report
    if report.version == before:
        write(report, (), at=ask.at)
        name = "" if job.crew is None else job.crew.name
        audience = Update.Audience.STAFF
        note_change(report, Update.Kind.STATUS, at=ask.at, actor=ask.actor, audience=audience, text=name)


def _begin(ask: Ask, report: Report, status: JobStatus, **fields: Any) -> Job:
    deadline = report.resolve_due_at
    return Job.objects.create(
        report=report, status=status, deadline=deadline, created_by=ask.actor, created_at=ask.at, **fields
    )


def _announce(ask: Ask, job: Job, report: Report, *, crew: Crew | None = None) -> Job:
    record(ask, job, "", crew=crew)
    if ask.step is Step.ASSIGN:
        settle_matters(report, actor=ask.actor, at=ask.at)
    news.tell(job, report, ask.step, at=ask.at)
    let_report_follow(Held(report, job), ask)
    return job


def require_current(report: Report, version: int | None) -> None:
    """Raises ReportEnded, and Conflict when `version` is not the report's."""
    state = {"code": report.code, "status": report.status, "version": report.version}
    if not is_open(report.status):
        detail = _("This report is “%(state)s”: there is nothing to send a crew for.")
        raise ReportEnded(detail % {"state": report.get_status_display()}, report=state)
    if version is not None and version != report.version:
        raise Conflict(_("Somebody has changed this report since. Look at it again."), report=state)


def require_free(crew: Crew, report: Report) -> None:
    """Raises AlreadyAssigned."""
    open_jobs = Job.objects.filter(crew=crew, report=report, status__in=OPEN_JOB_STATUSES)
    job = open_jobs.select_related("report", "crew").first()
    if job is not None:
        detail = _("%(crew)s already has this job.") % {"crew": crew.name}
        raise AlreadyAssigned(detail, field="crew", job=job_facts(job, frozenset({Taker.DISPATCHER})))


def find_draft(report: Report) -> Job | None:
    """The report's oldest draft, locked."""
    drafts = lock_rows(Job.objects.filter(report=report, status=JobStatus.DRAFT))
    return drafts.order_by("created_at", "id").first()


def read_note(note: str) -> str:
    return read_words(note, field="note", longest=NOTE_CHARACTERS)


def end_of_route(crew: Crew) -> int:
    open_jobs = Job.objects.filter(crew=crew, status__in=OPEN_JOB_STATUSES)
    last: int | None = open_jobs.aggregate(last=Max("position"))["last"]
    return 1 if last is None else last + 1
