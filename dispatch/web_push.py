"""What the crew's page needs to have its browser woken by FCM; nothing where no web app is configured."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse

# Whom Firebase's library asks for an identifier, and to tie it to the browser's subscription.
HOSTS = ("https://firebaseinstallations.googleapis.com", "https://fcmregistrations.googleapis.com")
_MODULES = ("app", "installations", "messaging")

View = Callable[[HttpRequest], HttpResponseBase]


def web_push_facts() -> dict[str, Any] | None:
    """`config` and `vapidKey` of the web app, `modules` to load, and `devices`, where to register."""
    if settings.FIREBASE_WEB is None:
        return None
    config = dict(settings.FIREBASE_WEB)
    return {
        "vapidKey": config.pop("vapidKey"),
        "config": config,
        "modules": {name: static(f"vendor/firebase/{name}.js") for name in _MODULES},
        "devices": reverse("mobile_api:devices"),
    }


def may_ask_firebase(view: View) -> View:
    """Let the view's page ask Google's two hosts, where a web app is configured; no other page may."""
    opened = csp_update({"connect-src": list(HOSTS)})(view)

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        return view(request) if settings.FIREBASE_WEB is None else opened(request)

    return answer
