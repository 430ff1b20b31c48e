"""The districts app: who is responsible where."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DistrictsConfig(AppConfig):
    name = "districts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Districts and responsibilities")
