"""The districts app: who is responsible where."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DistrictsConfig(AppConfig):
    name = "districts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Districts and responsibilities")

    def ready(self) -> None:
        from districts.spatial_index import restore_spatial_indexes

        post_migrate.connect(restore_spatial_indexes, sender=self)
