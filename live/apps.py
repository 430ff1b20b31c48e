"""The app of the log and its delivery."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "live"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from live import hints, tasks

        hints.listeners.append(tasks.wake_readers)
