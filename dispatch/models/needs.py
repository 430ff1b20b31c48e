"""What a kind of problem asks of a crew."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch.models.crew import Crew

USUAL_MINUTES = 20


class CategoryNeeds(models.Model):
    """Vehicles of which one is needed (none named: any will do), and how long the work usually takes."""

    category = models.OneToOneField(
        "reports.Category",
        on_delete=models.CASCADE,
        related_name="needs",
        verbose_name=gettext_lazy("category"),
    )
    vehicles = models.JSONField(gettext_lazy("one of these vehicles"), default=list, blank=True)
    minutes = models.PositiveSmallIntegerField(gettext_lazy("minutes of work"), default=USUAL_MINUTES)

    class Meta:
        verbose_name = gettext_lazy("needs of a category")
        verbose_name_plural = gettext_lazy("needs of categories")

    def __str__(self) -> str:
        return str(self.category)

    def clean(self) -> None:
        """Only vehicles that there are."""
        known = Crew.Vehicle.values
        if not isinstance(self.vehicles, list) or not all(each in known for each in self.vehicles):
            words: Any = _("A list of vehicles: %(known)s.") % {"known": ", ".join(known)}
            raise ValidationError({"vehicles": words})
