"""Proposed plans of a district's day."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayPlan(models.Model):
    """A plan as it was proposed: nothing of it holds before somebody takes it.

    `asked` is the question (`dispatch.planning.question.Question`), `fingerprint` its SHA-256. `routes` are
    its tasks by crew, in order, `unplanned` those of nobody. `tables` are the routing server's, by vehicle,
    while the proposal is open: null where the estimate counts. `improve_after` says that the better plan is
    still to come, and from when on it may be looked for; `version` rises with every change by hand, which
    the better plan then leaves alone. `refused` tells what could not be applied when it was taken.
    """

    class State(models.TextChoices):
        OPEN = "open", _("proposed")
        TAKEN = "taken", _("taken")
        DROPPED = "dropped", _("dropped")

    class Made(models.TextChoices):
        GREEDY = "greedy", _("made at once")
        SOLVER = "solver", _("worked out")
        HAND = "hand", _("changed by hand")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey("districts.District", on_delete=models.CASCADE, related_name="day_plans")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    made = models.CharField(max_length=8, choices=Made.choices, default=Made.GREEDY)
    inserts = models.CharField(max_length=12, blank=True)
    asked = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    routes = models.JSONField()
    unplanned = models.JSONField(default=list)
    tables = models.JSONField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    improve_after = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    improved_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    refused = models.JSONField(default=list)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("day plan")
        verbose_name_plural = _("day plans")
        indexes = [
            models.Index(
                fields=["improve_after"],
                name="day_plan_to_improve",
                condition=models.Q(improve_after__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["district"], condition=models.Q(state="open"), name="day_plan_one_open"
            ),
            models.CheckConstraint(
                name="day_plan_taken_time",
                condition=models.Q(state="taken", taken_at__isnull=False)
                | (~models.Q(state="taken") & models.Q(taken_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} {self.created_at:%Y-%m-%d %H:%M}"
