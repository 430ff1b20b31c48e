"""What happened to a report, in words."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from reports.models import Update


def update_title(update: Update) -> str:
    """One line of the timeline."""
    if update.kind in {Update.Kind.STATUS, Update.Kind.RECEIVED}:
        return capfirst(update.get_status_display())
    if update.kind == Update.Kind.PHOTO:
        return _("Photo shown")
    if update.kind == Update.Kind.NOTE and update.data.get("crew"):
        words = _("%(crew)s asks for help") if update.data.get("step") == "help" else _("Note of %(crew)s")
        return words % {"crew": update.data["crew"]}
    return capfirst(update.get_kind_display())
