"""What the API does when it reads the log."""

from uuid import UUID

from live.events import EventFacts
from mobile_api.push.sending import expect_ack


class UnheardJobs:
    """Jobs that a crew's phone should acknowledge: each has a push due until it does."""

    name = "mobile_api.unheard_jobs"
    streams = "crew"

    def handle(self, events: list[EventFacts]) -> None:
        """Seeing an event twice pushes once: a row per job says so."""
        for event in events:
            if event.kind == "job.assigned":
                expect_ack(job_id=UUID(event.payload["job"]), assigned_at=event.at)
