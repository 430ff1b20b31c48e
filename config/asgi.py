"""Sockets at /ws/, as ASGI. The socket processes run this; pages are served by config.wsgi."""

import os

import django
from channels.routing import ProtocolTypeRouter
from django.core.handlers.asgi import ASGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _application() -> ProtocolTypeRouter:
    django.setup()
    from live.socket import application as sockets  # needs Django's apps

    return ProtocolTypeRouter({"websocket": sockets, "http": ASGIHandler()})


application = _application()
