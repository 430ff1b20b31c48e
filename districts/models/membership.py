"""Who works for which district, and as what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.areas import District


class Role(models.TextChoices):
    DISPATCHER = "dispatcher", _("dispatcher")
    SUPERVISOR = "supervisor", _("supervisor")
    OPERATOR = "operator", _("operator")
    NEIGHBOURHOOD_HEAD = "neighbourhood_head", _("neighbourhood head")
    ADMINISTRATOR = "administrator", _("city administrator")


class Membership(models.Model):
    """A role in one district; only a city administrator has none."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    district = models.ForeignKey(
        District,
        models.CASCADE,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name=_("district"),
    )
    role = models.CharField(_("role"), max_length=24, choices=Role)

    class Meta:
        ordering = ["user_id", "district_id", "role"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role=Role.ADMINISTRATOR, district__isnull=True)
                | (~models.Q(role=Role.ADMINISTRATOR) & models.Q(district__isnull=False)),
                name="only_administrators_are_city_wide",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
            models.UniqueConstraint(fields=["user", "district", "role"], name="one_membership_a_role"),
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(district__isnull=True), name="administrator_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.district_id or '*'}"
