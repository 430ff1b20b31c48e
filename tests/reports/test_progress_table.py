"""The table from jobs to the report, in every combination."""

from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement, permutations

import pytest

from dispatch.models import OPEN_JOB_STATUSES, JobStatus
from reports.models import Outcome
from reports.models import ReportStatus as S
from reports.progress_table import (
    DONE,
    DRAFT,
    ENDED,
    KNOWN,
    MOVING,
    PROMISED,
    JobFact,
    needs_crew,
    since,
    status_from_jobs,
)

FIXED, SAFE, NOTHING = (JobFact(DONE, outcome.value) for outcome in Outcome)
OTHERS = [JobFact(status) for status in sorted(KNOWN - {DONE})]
EVERY = [FIXED, SAFE, NOTHING, *OTHERS]


def test_the_table_knows_every_state_of_a_job() -> None:
    assert set(JobStatus.values) == KNOWN
    assert set(OPEN_JOB_STATUSES) == MOVING | PROMISED | {DRAFT}


def expected(jobs: tuple[JobFact, ...]) -> S | None:
    """The table of architecture.md, read line by line."""
    open_ones = [job for job in jobs if job.status not in ENDED | {DONE}]
    done = {job.outcome for job in jobs if job.status == DONE}
    worked = done & {Outcome.FIXED, Outcome.MADE_SAFE}
    if all(job.status == DRAFT for job in jobs):
        return None
    if open_ones:
        if worked or any(job.status in MOVING for job in open_ones):
            return S.IN_PROGRESS
        return S.PLANNED if any(job.status in PROMISED for job in open_ones) else S.ACKNOWLEDGED
    if Outcome.FIXED in done:
        return S.RESOLVED
    return S.REJECTED if done == {Outcome.NOTHING_FOUND} else S.ACKNOWLEDGED


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_combination_of_jobs_gives_what_the_table_says(size: int) -> None:
    for jobs in combinations_with_replacement(EVERY, size):
        assert status_from_jobs(jobs) == expected(jobs), jobs


@pytest.mark.parametrize("size", [2, 3])
def test_the_order_of_the_jobs_does_not_matter(size: int) -> None:
    for jobs in combinations_with_replacement(EVERY, size):
        assert len({status_from_jobs(order) for order in permutations(jobs)}) == 1


@pytest.mark.parametrize(
    ("jobs", "status"),
    [
        ([], None),
        ([JobFact("draft")], None),
        ([JobFact("assigned")], S.PLANNED),
        ([JobFact("accepted"), JobFact("declined")], S.PLANNED),
        ([JobFact("on_the_way")], S.IN_PROGRESS),
        ([JobFact("proof_pending", "fixed")], S.IN_PROGRESS),
        ([FIXED], S.RESOLVED),
        ([FIXED, NOTHING, JobFact("cancelled")], S.RESOLVED),
        ([SAFE, JobFact("draft")], S.IN_PROGRESS),
        ([FIXED, JobFact("assigned")], S.IN_PROGRESS),
        ([SAFE], S.ACKNOWLEDGED),
        ([NOTHING, JobFact("obstructed")], S.REJECTED),
        ([JobFact("declined"), JobFact("obstructed"), JobFact("cancelled")], S.ACKNOWLEDGED),
        ([JobFact("handed_over"), JobFact("draft")], S.ACKNOWLEDGED),
    ],
)
def test_the_cases_that_people_meet(jobs: list[JobFact], status: S | None) -> None:
    assert status_from_jobs(jobs) == status


@pytest.mark.parametrize("size", [1, 2, 3])
def test_somebody_must_be_sent_when_a_draft_is_all_that_is_open(size: int) -> None:
    for jobs in combinations_with_replacement(EVERY, size):
        still_open = {job.status for job in jobs} - ENDED - {DONE}
        assert needs_crew(jobs) == (still_open == {DRAFT}), jobs


def test_jobs_from_before_the_reopening_do_not_count() -> None:
    reopened = datetime(2026, 11, 3, tzinfo=UTC)
    old = JobFact(DONE, "fixed", reopened - timedelta(hours=1))
    new = JobFact(DONE, "nothing_found", reopened + timedelta(hours=1))
    open_one = JobFact("assigned")
    assert since([old, new, open_one], reopened) == [new, open_one]
    assert since([old, new], None) == [old, new]
