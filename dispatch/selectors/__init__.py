"""Reads of dispatch: crews and their routes, the desk, suggestions."""

from dispatch.selectors.crews import crew_of, crews_of, read_crew_id
from dispatch.selectors.jobs import crew_jobs, get_job, get_job_facts, list_report_jobs, recent_jobs
from dispatch.selectors.suggestions import Suggestion, suggestions

__all__ = [
    "Suggestion",
    "crew_jobs",
    "crew_of",
    "crews_of",
    "get_job",
    "get_job_facts",
    "list_report_jobs",
    "read_crew_id",
    "recent_jobs",
    "suggestions",
]
