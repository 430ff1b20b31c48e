"""Where crews are and were."""

import hashlib
import secrets

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.crew import Crew


class Position(models.Model):
    """A crew's last known place (WGS 84 lon/lat); latest wins. `moved_at`: when it was last seen to drive."""

    crew = models.OneToOneField(Crew, on_delete=models.CASCADE, related_name="position")
    point = models.PointField()
    accuracy_m = models.FloatField(null=True, blank=True)
    speed_mps = models.FloatField(null=True, blank=True)
    at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.crew_id)


class TrackPoint(models.Model):
    """One place (WGS 84 lon/lat) of a crew's thinned track, deleted after its district's days."""

    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="track_points")
    point = models.PointField(spatial_index=False)
    accuracy_m = models.FloatField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints = [models.UniqueConstraint(fields=["crew", "at"], name="track_point_once")]
        indexes = [models.Index(fields=["at"], name="track_point_age")]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.at:%Y-%m-%d %H:%M:%S}"


class TrackView(models.Model):
    """That somebody looked at a crew's track of one day; never changed. The crew sees it."""

    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="track_views")
    viewer = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)
        indexes = [models.Index(fields=["crew", "-at"], name="track_view_lately")]
        verbose_name = _("look at a track")
        verbose_name_plural = _("looks at tracks")

    def __str__(self) -> str:
        return f"{self.crew_id} {self.day}"


class TrackerToken(models.Model):
    """Lets a tracking app send a crew's position, and nothing else. Only its digest is kept."""

    crew = models.OneToOneField(Crew, on_delete=models.CASCADE, related_name="tracker_token")
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.crew_id)

    @staticmethod
    def new_secret() -> str:
        """Short enough to be typed into a phone, long enough not to be guessed: 96 bits."""
        return "-".join(secrets.token_hex(3) for _ in range(4))

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.strip().lower().encode()).hexdigest()
