"""Mahala's settings, entry points and servers: the top floor, which may import every app."""

# Every process that enqueues tasks needs the application: without it they go to Celery's own default broker.
from config.celery import app as celery_app

__all__ = ["celery_app"]
