"""Crews and their members."""

import uuid
from datetime import datetime

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


class Crew(models.Model):
    """People with a vehicle who do jobs for a district.

    `skills` are the categories they can deal with; none means all. `break_until` lies ahead while the crew is
    on a break; `off_duty_because` says who else than a person signed it off.
    """

    class Vehicle(models.TextChoices):
        MOTORBIKE = "motorbike", _("motorbike")
        CARGO_BIKE = "cargo_bike", _("cargo bike")
        VAN = "van", _("van")
        TRUCK = "truck", _("truck")
        FOOT = "foot", _("on foot")

    class OffDuty(models.TextChoices):
        SHIFT_ENDED = "shift_ended", _("the shift had ended")

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
    on_duty_since = models.DateTimeField(null=True, blank=True, editable=False)
    break_until = models.DateTimeField(null=True, blank=True, editable=False)
    off_duty_because = models.CharField(
        max_length=12, choices=OffDuty.choices, blank=True, default="", editable=False
    )
    members = models.ManyToManyField(
        "accounts.User", through="dispatch.CrewMember", related_name="crews", verbose_name=_("members")
    )

    class Meta:
        ordering = ("district", "name")
        verbose_name = _("crew")
        verbose_name_plural = _("crews")
        constraints = [
            models.UniqueConstraint(fields=["district", "name"], name="crew_name_once"),
            models.CheckConstraint(
                name="crew_rests_on_duty",
                condition=models.Q(is_on_duty=True) | models.Q(break_until__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """The name of the crew's stream."""
        return f"crew:{self.id}"

    def is_resting(self, at: datetime) -> bool:
        """Whether it is on a break: nothing rings and nothing is tracked."""
        return self.is_on_duty and self.break_until is not None and at < self.break_until

    def is_working(self, at: datetime) -> bool:
        """On duty and not on a break."""
        return self.is_on_duty and not self.is_resting(at)


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
