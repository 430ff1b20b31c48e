"""Exceptions to "the district whose area it is": who answers for a kind of problem, a boulevard, a park."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.areas import WGS84, District
from districts.models.version import ResponsibilityModel


class RoutingRule(ResponsibilityModel):
    """Categories and/or an area that belong to `district` instead; of those that match, the first wins.

    `categories` lists category codes; empty means all. A rule without an area holds in the whole city.
    `reasons` says why in words, by language; residents read it.
    """

    position = models.PositiveIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=120)
    reasons = models.JSONField(_("reasons"), default=dict, blank=True)
    categories = models.JSONField(_("category codes"), default=list, blank=True)
    area = models.MultiPolygonField(_("area"), srid=WGS84, null=True, blank=True)
    district = models.ForeignKey(
        District, models.CASCADE, related_name="rules", verbose_name=_("responsible")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The first day it no longer holds")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="rule_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(categories=[]) | models.Q(area__isnull=False),
                name="rule_names_categories_or_an_area",
            ),
        ]

    def __str__(self) -> str:
        return self.name
