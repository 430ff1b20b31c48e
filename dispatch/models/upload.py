"""Photos of crews that come in pieces."""

from django.contrib.gis.db import models

from dispatch.models.job import Job
from reports.models import PhotoRole, PhotoSource


class Upload(models.Model):
    """A photo on its way from a phone. `id`, made by the phone, is the photo's.

    `offset` is how many of the `bytes` are here; it equals them exactly when the photo is kept, and then no
    piece is left. `fingerprint` is the SHA-256 of all that was said of the photo: the same id with other
    facts is refused. `refusal` is what was told of a file that is no picture: it stays refused. `point` is
    WGS 84 lon/lat.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    uploader = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=PhotoRole.choices)
    name = models.CharField(max_length=200, blank=True)
    bytes = models.PositiveIntegerField()
    offset = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True, blank=True)
    point = models.PointField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=8, choices=PhotoSource.choices, blank=True)
    refusal = models.JSONField(null=True, blank=True)
    began_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="upload_within_its_length",
                condition=models.Q(bytes__gt=0, offset__lte=models.F("bytes")),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_complete(self) -> bool:
        return self.offset == self.bytes


class UploadPiece(models.Model):
    """Some bytes of an upload, from `start` on. Pieces lie end to end from 0 to the upload's offset."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    start = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering = ("upload", "start")
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="upload_piece_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.start}"
