from typing import cast

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """The administration calls the libraries' parts by names that say what they are for."""
        apps.get_app_config("otp_totp").verbose_name = cast(str, _("Second step: phones"))
        apps.get_app_config("otp_static").verbose_name = cast(str, _("Second step: backup codes"))
