"""The proofs that the desk is to look at."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.models import ProofReview
from dispatch.proof_marks import Mark
from districts.models import District
from reports.codes import format_code
from reports.models import Photo, PhotoRole, PhotoStatus, ReportStatus
from reports.selectors.photos import BEFORE_ROLES, leading_photo

SHOWN_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One proof with the reasons in words, and the pair of photos that are ready."""

    review: ProofReview
    reasons: list[str]
    before: Photo | None
    after: Photo | None
    distance_m: float | None
    minutes_from_arrival: float | None
    taken_at: datetime | None

    @property
    def code(self) -> str:
        return format_code(self.review.job.report.code)

    @property
    def may_be_sent_back(self) -> bool:
        return bool(self.review.job.report.status == ReportStatus.RESOLVED)


def list_reviews(district: District) -> tuple[list[ReviewRow], int]:
    """The oldest twenty that wait at the district's desk, and how many wait in all. Four queries."""
    waiting = ProofReview.objects.filter(verdict="", job__report__district=district)
    shown = waiting.select_related("job__crew", "job__report__category").prefetch_related(
        "job__report__photos", "job__proofs__photo"
    )
    rows = [_row(review) for review in shown.order_by("raised_at", "id")[:SHOWN_AT_MOST]]
    return rows, len(rows) if len(rows) < SHOWN_AT_MOST else waiting.count()


def _row(review: ProofReview) -> ReviewRow:
    job = review.job
    ready = [photo for photo in job.report.photos.all() if photo.status == PhotoStatus.READY]
    own = {proof.photo_id: proof for proof in job.proofs.all() if not proof.is_late}
    after = next((photo for photo in ready if photo.pk in own and photo.role == PhotoRole.AFTER), None)
    proof = own.get(after.pk) if after else next(iter(own.values()), None)
    return ReviewRow(
        review=review,
        reasons=[str(Mark(mark).label) for mark in review.reasons],
        before=leading_photo([photo for photo in ready if photo.role in BEFORE_ROLES]),
        after=after,
        distance_m=proof.distance_m if proof else None,
        minutes_from_arrival=proof.checks.get("minutes_from_arrival") if proof else None,
        taken_at=proof.taken_at if proof else None,
    )
