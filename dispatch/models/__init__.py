"""Crews, their jobs, and the proof of what they did."""

from dispatch.models.crew import Crew, CrewMember, Position, Shift
from dispatch.models.job import (
    OPEN_JOB_STATUSES,
    DeclineReason,
    Job,
    JobStatus,
    JobStep,
    ObstacleReason,
    Proof,
)

__all__ = [
    "OPEN_JOB_STATUSES",
    "Crew",
    "CrewMember",
    "DeclineReason",
    "Job",
    "JobStatus",
    "JobStep",
    "ObstacleReason",
    "Position",
    "Proof",
    "Shift",
]
