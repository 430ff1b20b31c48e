"""Jobs that wait for an answer of their crew."""

from django.db import models

from dispatch.models.job import Job


class Watch(models.Model):
    """A job whose crew is to be heard of. `look_at`: when it is to be looked at next; null when no more.

    `arrives_at`: when its crew should be there by the routing server, which was asked for the place where the
    crew was at `asked_from`. Null where the estimate counts: also
    after the server was asked, when it knows no way.
    """

    job = models.OneToOneField(Job, on_delete=models.CASCADE, primary_key=True, related_name="watch")
    look_at = models.DateTimeField(null=True, blank=True)
    asked_from = models.DateTimeField(null=True, blank=True)
    arrives_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["look_at"], name="watch_due", condition=models.Q(look_at__isnull=False))
        ]

    def __str__(self) -> str:
        return str(self.job_id)
