"""Crews, their members and shifts."""

import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Crew(models.Model):
    """People with a vehicle who do jobs for a district.

    `skills` are the categories they can deal with; none means all.
    """

    class Vehicle(models.TextChoices):
        MOTORBIKE = "motorbike", _("motorbike")
        CARGO_BIKE = "cargo_bike", _("cargo bike")
        VAN = "van", _("van")
        TRUCK = "truck", _("truck")
        FOOT = "foot", _("on foot")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(
        "districts.District", on_delete=models.PROTECT, related_name="crews", verbose_name=_("district")
    )
    name = models.CharField(_("name"), max_length=80)
    vehicle = models.CharField(
        _("vehicle"), max_length=12, choices=Vehicle.choices, default=Vehicle.MOTORBIKE
    )
    skills = models.ManyToManyField(
        "reports.Category", blank=True, related_name="crews", verbose_name=_("skills")
    )
    capacity = models.PositiveSmallIntegerField(_("jobs at a time"), default=12)
    is_active = models.BooleanField(_("active"), default=True)
    is_on_duty = models.BooleanField(_("on duty"), default=False)
    members = models.ManyToManyField(
        "accounts.User", through="dispatch.CrewMember", related_name="crews", verbose_name=_("members")
    )

    class Meta:
        ordering = ("district", "name")
        verbose_name = _("crew")
        verbose_name_plural = _("crews")
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="crew_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """The name of the crew's stream."""
        return f"crew:{self.id}"


class CrewMember(models.Model):
    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="crew_memberships", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(fields=["crew", "user"], name="crew_member_once")]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.user_id}"


class Shift(models.Model):
    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="shifts", verbose_name=_("crew"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        ordering = ("starts_at",)
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(
                name="shift_has_length", condition=models.Q(ends_at__gt=models.F("starts_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.starts_at:%Y-%m-%d %H:%M}"
