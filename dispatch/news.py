"""What dispatch tells the log: ids, states and codes, never words that a person wrote."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from dispatch.models import Crew, DayPlan, Job
from dispatch.sharing import also_works_for
from dispatch.workflow import Step
from live import log
from reports.models import Report

_KINDS = {
    Step.DRAFT: "job.drafted",
    Step.ASSIGN: "job.assigned",
    Step.SEE: "job.seen",
    Step.ACCEPT: "job.accepted",
    Step.DECLINE: "job.declined",
    Step.START: "job.started",
    Step.ARRIVE: "job.arrived",
    Step.FINISH: "job.done",
    Step.PROMISE: "job.proof_pending",
    Step.PROVE: "job.done",
    Step.OBSTRUCT: "job.obstructed",
    Step.HAND_OVER: "job.handed_over",
    Step.CANCEL: "job.cancelled",
    Step.NOTE: "job.note",
    Step.HELP: "job.help",
    Step.ASK: "job.asked",
    Step.ANSWER: "job.answered",
}
DELIVERED = "job.delivered"
SILENT = "job.silent"


def tell(job: Job, report: Report, step: Step, *, at: datetime, reason: str | None = None) -> None:
    """Append the step to the streams of the job's crew and of the districts concerned."""
    named = {"reason": reason} if reason else {}
    log.append(_streams(job, report), _KINDS[step], {**_payload(job, report), **named}, at=at)


def tell_refused(job: Job, report: Report, step: Step, code: str, *, at: datetime) -> None:
    """Tell both sides that a crew's step was not taken, and is kept."""
    named = {"step": step.value, "code": code}
    log.append(_streams(job, report), "job.refused", {**_payload(job, report), **named}, at=at)


def tell_about(job: Job, report: Report, kind: str, *, at: datetime) -> None:
    """Tell both sides something of the job that is no step."""
    log.append(_streams(job, report), kind, _payload(job, report), at=at)


def tell_photo(job: Job, report: Report, kind: str, photo_id: UUID, *, at: datetime) -> None:
    """Tell both sides what became of a photo that a command had named."""
    log.append(_streams(job, report), kind, {**_payload(job, report), "photo": photo_id}, at=at)


def tell_review(job: Job, *, at: datetime) -> None:
    """Tell the desk that a proof is to be looked at, or was decided."""
    log.append([district_stream(job.report.district.code)], "job.review", _payload(job, job.report), at=at)


def tell_guarantee(jobs: Iterable[Job], *, at: datetime) -> None:
    """Tell the crews that have these jobs that a guarantee was noted on them, or is none."""
    for job in jobs:
        if job.crew is not None:
            log.append([job.crew.stream], "job.guarantee", _payload(job, job.report), at=at)


def tell_delivered(job: Job, *, at: datetime) -> None:
    """Tell the desk that the job has reached the crew's phone."""
    log.append([district_stream(job.report.district.code)], DELIVERED, _payload(job, job.report), at=at)


def tell_silent(job: Job, matter: str, *, offer: UUID | None, at: datetime) -> None:
    """Tell the desk that the job wants a decision: the kind of the matter, and the next best crew."""
    facts = {**_payload(job, job.report), "matter": matter, "offer": offer}
    log.append([district_stream(job.report.district.code)], SILENT, facts, at=at)


def tell_duty(crew: Crew, *, at: datetime) -> None:
    """Tell the crew's phones and its desks that it went on or off duty, and why when no person did it."""
    kind = "crew.on_duty" if crew.is_on_duty else "crew.off_duty"
    why = {"because": crew.off_duty_because} if crew.off_duty_because else {}
    log.append(_crew_streams(crew, at), kind, {"crew": crew.pk, **why}, at=at)


def tell_break(crew: Crew, *, at: datetime) -> None:
    """Tell the crew's phones and its desks until when it rests, or that it is back."""
    kind = "crew.resting" if crew.break_until else "crew.back"
    log.append(_crew_streams(crew, at), kind, {"crew": crew.pk, "until": crew.break_until}, at=at)


def tell_shift(crew: Crew, shift_id: UUID, kind: str, *, at: datetime) -> None:
    """Tell the crew's phones and its desks that a shift was planned, changed or removed."""
    log.append(_crew_streams(crew, at), kind, {"crew": crew.pk, "shift": shift_id}, at=at)


def tell_phone(crew: Crew, kind: str, facts: dict[str, Any], *, at: datetime) -> None:
    """Tell the crew's phones and its own desk what was done with a phone, a code or a PIN: ids alone."""
    log.append([crew.stream, district_stream(crew.district.code)], kind, {"crew": crew.pk, **facts}, at=at)


def tell_route(crew: Crew, *, at: datetime) -> None:
    """Tell the crew's phones and its desks that its jobs have another order."""
    log.append(_crew_streams(crew, at), "crew.route", {"crew": crew.pk}, at=at)


def tell_plan(plan: DayPlan, *, at: datetime) -> None:
    """Tell the desk how its proposal stands."""
    kind = {"open": "plan.proposed", "taken": "plan.taken", "dropped": "plan.dropped"}[plan.state]
    facts = {"plan": plan.pk, "version": plan.version, "is_pending": plan.improve_after is not None}
    log.append([district_stream(plan.district.code)], kind, facts, at=at)


def tell_sharing(crew: Crew, other: str, kind: str, *, at: datetime) -> None:
    """Tell both desks that the crew works for the other district too, or does no longer."""
    streams = [crew.stream, district_stream(crew.district.code), district_stream(other)]
    log.append(streams, kind, {"crew": crew.pk, "district": other}, at=at)


def district_stream(code: str) -> str:
    """The name of a district's stream."""
    return f"district:{code}"


def _crew_streams(crew: Crew, at: datetime) -> list[str]:
    """Its own, its district's, and those of the districts that it also works for."""
    codes = [crew.district.code, *also_works_for([crew.pk], at=at).get(crew.pk, [])]
    return [crew.stream, *(district_stream(code) for code in codes)]


def _streams(job: Job, report: Report) -> list[str]:
    streams = [district_stream(report.district.code)]
    if job.crew is not None:
        streams += [job.crew.stream, district_stream(job.crew.district.code)]
    return streams


def _payload(job: Job, report: Report) -> dict[str, Any]:
    return {
        "job": job.pk,
        "report": report.code,
        "crew": job.crew_id,
        "status": job.status,
        "version": job.version,
        "outcome": job.outcome,
    }
