"""The views of its queue that a desk keeps under a name."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models import District


class SavedView(models.Model):
    """What a person looks at often: `filters` are the parameters of `dispatch.selectors.filters.Filters`.

    A shared one is seen by the whole desk of the district. The default one is what opens first for its owner.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    filters = models.JSONField(default=dict)
    is_shared = models.BooleanField(_("shared with the desk"), default=False)
    is_default = models.BooleanField(_("opens first"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "id")
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [
            models.UniqueConstraint(fields=["owner", "district", "name"], name="view_name_once"),
            models.UniqueConstraint(
                fields=["owner", "district"], condition=models.Q(is_default=True), name="view_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name
