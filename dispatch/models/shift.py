"""When crews work: shifts with their breaks; and which other district a crew also works for."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.crew import Crew
from districts.spatial import SpansApart


class Shift(models.Model):
    """From when until when a crew is planned to work. Shifts of one crew never overlap."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="shifts", verbose_name=_("crew"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        ordering = ("starts_at",)
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        indexes = [models.Index(fields=["ends_at"], name="shift_end")]
        constraints = [
            models.CheckConstraint(
                name="shift_has_length", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
            SpansApart(
                owner="crew",
                start="starts_at",
                end="ends_at",
                name="shifts_apart",
                violation_error_message=_("The crew has another shift at that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.starts_at:%Y-%m-%d %H:%M}"


class ShiftBreak(models.Model):
    """A planned break within a shift. `begun_at` says that the crew has taken it."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="breaks", verbose_name=_("shift"))
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    begun_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ("starts_at",)
        verbose_name = _("break")
        verbose_name_plural = _("breaks")
        constraints = [
            models.CheckConstraint(
                name="break_has_length", condition=models.Q(ends_at__gt=models.F("starts_at"))
            ),
            SpansApart(
                owner="shift",
                start="starts_at",
                end="ends_at",
                name="breaks_apart",
                violation_error_message=_("Two breaks overlap."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} {self.starts_at:%H:%M}"


class SharedCrew(models.Model):
    """An agreement: from one day until another, a crew also works for another district.

    Both days count; no last day means until further notice.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="sharings", verbose_name=_("crew"))
    district = models.ForeignKey(
        "districts.District",
        on_delete=models.CASCADE,
        related_name="shared_crews",
        verbose_name=_("also works for"),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    agreed_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    class Meta:
        ordering = ("starts_on", "id")
        verbose_name = _("shared crew")
        verbose_name_plural = _("shared crews")
        constraints = [
            models.CheckConstraint(
                name="shared_crew_days_in_order",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.district_id}"
