"""Crews, their jobs, and the proof of what they did."""

from dispatch.models.crew import Crew, CrewMember
from dispatch.models.job import (
    OPEN_JOB_STATUSES,
    DeclineReason,
    Job,
    JobStatus,
    JobStep,
    ObstacleReason,
    Proof,
)
from dispatch.models.needs import CategoryNeeds
from dispatch.models.phone import CrewPhone, CrewPin, PhoneAct, PhoneCode
from dispatch.models.plan import DayPlan
from dispatch.models.position import Position, TrackerToken, TrackPoint, TrackView
from dispatch.models.promise import PhotoPromise
from dispatch.models.repair import Repair
from dispatch.models.review import ProofReview
from dispatch.models.shift import SharedCrew, Shift, ShiftBreak
from dispatch.models.told import Letter, PromiseNote
from dispatch.models.upload import Upload, UploadPiece
from dispatch.models.view import SavedView
from dispatch.models.watch import Watch

__all__ = [
    "OPEN_JOB_STATUSES",
    "CategoryNeeds",
    "Crew",
    "CrewMember",
    "CrewPhone",
    "CrewPin",
    "DayPlan",
    "DeclineReason",
    "Job",
    "JobStatus",
    "JobStep",
    "Letter",
    "ObstacleReason",
    "PhoneAct",
    "PhoneCode",
    "PhotoPromise",
    "PromiseNote",
    "Position",
    "Proof",
    "ProofReview",
    "Repair",
    "SavedView",
    "SharedCrew",
    "Shift",
    "ShiftBreak",
    "TrackPoint",
    "TrackView",
    "TrackerToken",
    "Upload",
    "UploadPiece",
    "Watch",
]
