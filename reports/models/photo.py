"""Photos: what may be shown, and apart from it what came with the original."""

import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from reports.models.choices import PhotoRole, PhotoSource, PhotoStatus
from reports.models.report import Report


class Photo(models.Model):
    """One picture. `id` is made by the client or at random and is public; nothing else of the original is.

    A photo waits without a report between its upload and the form or command that claims it. The derivatives
    `large`, `small` and `thumb` are JPEG without metadata; a stranger sees them when `released_at` is set.
    While it is pending, `process_after` says when a sweep may take it up (again).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, null=True, blank=True, on_delete=models.CASCADE, related_name="photos")
    role = models.CharField(_("role"), max_length=10, choices=PhotoRole.choices, default=PhotoRole.RESIDENT)
    status = models.CharField(
        _("status"), max_length=8, choices=PhotoStatus.choices, default=PhotoStatus.PENDING
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    uploader = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(_("file name"), max_length=200, blank=True)
    format = models.CharField(max_length=8)
    bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    dhash = models.CharField(max_length=16, blank=True)
    large = models.CharField(max_length=200, blank=True)
    small = models.CharField(max_length=200, blank=True)
    thumb = models.CharField(max_length=200, blank=True)
    failure = models.CharField(_("why it failed"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    process_after = models.DateTimeField(null=True, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    released_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("position", "uploaded_at", "id")
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        indexes = [
            models.Index(fields=["status", "process_after"], name="photo_waiting"),
            # Few: the repairs that nobody has shown to the public yet.
            models.Index(
                fields=["report"],
                name="photo_to_release",
                condition=models.Q(status="ready", role="after", released_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="photo_released_when_ready",
                condition=models.Q(released_at__isnull=True) | models.Q(status="ready"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class PhotoOrigin(models.Model):
    """The private part of a photo: the original file, and when and where it was taken.

    What the picture itself says; where it is silent, what the device said that sent it. `point` is WGS 84,
    lon/lat, within `accuracy_m` metres.
    """

    photo = models.OneToOneField(Photo, on_delete=models.CASCADE, related_name="origin")
    path = models.CharField(max_length=200)
    taken_at = models.DateTimeField(null=True, blank=True)
    point = models.PointField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    source = models.CharField(max_length=8, choices=PhotoSource.choices, blank=True)
    make = models.CharField(max_length=80, blank=True)
    model = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return str(self.photo_id)
