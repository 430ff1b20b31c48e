"""The demo's proofs as its desks have looked at them: all but those of the last days."""

from datetime import datetime, timedelta

from accounts.models import User
from dispatch.models import ProofReview
from dispatch.services.reviews import accept_proof, check_finished_proofs
from districts.models import Role

LOOKED_AT_AFTER = timedelta(days=4)


def look_at_proofs(*, now: datetime) -> None:
    """Mark all proofs, and let each district's dispatcher accept what is older than four days."""
    while check_finished_proofs(at=now):
        pass
    old = ProofReview.objects.filter(verdict="", job__ended_at__lt=now - LOOKED_AT_AFTER)
    for review in old.select_related("job__report"):
        desk = User.objects.filter(
            memberships__district=review.job.report.district_id, memberships__role=Role.DISPATCHER
        ).first()
        if desk is not None:
            accept_proof(job_id=review.job_id, actor=desk, at=now)
