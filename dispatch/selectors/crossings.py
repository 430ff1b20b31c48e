"""What reached the server when a job was not what its crew thought, and what it waits for: for the desk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.facts import Facts
from dispatch.models import JobStatus
from reports.models import Outcome

# Clocks this far apart are told: the step waited for a network, or the phone is wrong.
CLOCKS_APART = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, and when it came to be so."""

    words: str
    at: datetime
    icon: str


def list_crossings(jobs: Sequence[Facts]) -> list[Line]:
    """The lines of all jobs of a report, the latest first. No query."""
    lines = [line for job in jobs for line in _of_job(job)]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _of_job(job: Facts) -> Iterator[Line]:
    crew = job["crew"]["name"] if job["crew"] else _("A crew")
    yield from (_refused(step, crew, job) for step in job["steps"] if step["refused"])
    yield from _late(job, crew)
    if job["status"] == JobStatus.PROOF_PENDING:
        yield from _pending(job, crew)
    yield from _clocks(job, crew)


def _refused(step: Facts, crew: str, job: Facts) -> Line:
    words = _("%(crew)s sent “%(step)s” for a job that was “%(state)s”: not taken.")
    state = JobStatus(step["to"]).label
    said = words % {"crew": crew, "step": _step_words(step), "state": state}
    if not step["photos"]:
        return Line(said, step["at"], "alert-triangle")
    kept = ngettext("%(count)d photo of it is kept.", "%(count)d photos of it are kept.", step["photos"])
    return Line(f"{said} {kept % {'count': step['photos']}}", step["at"], "alert-triangle")


def _late(job: Facts, crew: str) -> Iterator[Line]:
    for proof in job["proofs"]:
        if proof["is_late"]:
            words = _(
                "A photo of %(crew)s came for a job that was no longer theirs; it is kept, without effect."
            )
            yield Line(words % {"crew": crew}, proof["at"], "photo")


def _pending(job: Facts, crew: str) -> Iterator[Line]:
    said = [step for step in job["steps"] if step["to"] == JobStatus.PROOF_PENDING and not step["refused"]]
    at = said[0]["at"] if said else job["times"]["created"]
    outcome = Outcome(job["outcome"]).label if job["outcome"] else ""
    if job["waiting_photos"]:
        count = len(job["waiting_photos"])
        words = ngettext(
            "%(crew)s has finished (%(outcome)s); %(count)d photo is still on its way.",
            "%(crew)s has finished (%(outcome)s); %(count)d photos are still on their way.",
            count,
        )
        yield Line(words % {"crew": crew, "outcome": outcome, "count": count}, at, "clock")
    elif job["refused_photos"]:
        words = _(
            "%(crew)s has finished (%(outcome)s), but what it sent is no picture. It is asked for another."
        )
        yield Line(words % {"crew": crew, "outcome": outcome}, at, "photo-off")


def _clocks(job: Facts, crew: str) -> Iterator[Line]:
    """The last step whose clocks are apart: an hour without a network makes many of them."""
    apart = [step for step in job["steps"] if _is_apart(step)]
    if apart:
        words = _("“%(step)s” of %(crew)s came late, or the phone's clock is wrong: it showed another time.")
        said = words % {"step": _step_words(apart[-1]), "crew": crew}
        yield Line(said, apart[-1]["device_at"], "clock")


def _is_apart(step: Facts) -> bool:
    told: datetime | None = step["device_at"]
    return told is not None and abs(step["at"] - told) > CLOCKS_APART


def _step_words(step: Facts) -> str:
    words = {
        "accept": _("accepted"),
        "decline": _("declined"),
        "start": _("on the way"),
        "arrive": _("on site"),
        "obstruct": _("obstructed"),
    }
    if step["name"] in ("finish", "promise") and step["outcome"]:
        return str(Outcome(step["outcome"]).label)
    return words.get(step["name"]) or str(step["name"])
