"""The Celery application: background work in both homes."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("mahala")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
