"""The one place that talks to Firebase Cloud Messaging (HTTP v1). Only a worker that sends imports it.

Order is not guaranteed, and Android throws all stored messages away past a hundred: so every push is
collapsible and says nothing but "sync now".
"""

import logging
from collections.abc import Sequence
from functools import cache

import firebase_admin
from django.conf import settings
from firebase_admin import credentials, exceptions, messaging
from requests.adapters import HTTPAdapter

from mobile_api.push.wakes import Fate, Outcome, Wake

COLLAPSE = "sync"
DATA = {"type": "sync"}
KEPT_S = 3600  # a job that a phone did not hear of in an hour was told to the desk long ago
ANSWER_S = 10
AT_ONCE = 50  # the library opens a thread for each
_LATER = (
    exceptions.UnavailableError,
    exceptions.InternalError,
    exceptions.DeadlineExceededError,
    exceptions.ResourceExhaustedError,
    exceptions.UnknownError,
)
_GONE = (messaging.UnregisteredError, messaging.SenderIdMismatchError)
logger = logging.getLogger(__name__)


def send(wakes: Sequence[Wake]) -> list[Outcome]:
    """Send through FCM, once. Takes as long as the slowest answer, ten seconds at most for each fifty."""
    outcomes: list[Outcome] = []
    for start in range(0, len(wakes), AT_ONCE):
        outcomes += _send_some(wakes[start : start + AT_ONCE])
    return outcomes


def _send_some(wakes: Sequence[Wake]) -> list[Outcome]:
    try:
        batch = messaging.send_each(
            [message_of(wake) for wake in wakes], app=_app(str(settings.FCM_CREDENTIALS))
        )
    except exceptions.FirebaseError as error:  # no access token, for example: nothing was sent
        logger.warning("FCM can't be asked now: %s", error)
        return [Outcome(Fate.LATER)] * len(wakes)
    return [_outcome(response.exception) for response in batch.responses]


@cache
def _app(credential_file: str) -> firebase_admin.App:
    credential = credentials.Certificate(credential_file)
    app = firebase_admin.initialize_app(credential, {"httpTimeout": ANSWER_S}, name=credential_file)
    # Left alone the library would try a 503 five times in seven seconds, and sleep in its thread for as long
    # as a Retry-After says. Our rows know better when to try again.
    session = messaging._get_messaging_service(app)._client.session
    for prefix in list(session.adapters):
        session.mount(prefix, HTTPAdapter(pool_maxsize=AT_ONCE))
    return app


def message_of(wake: Wake) -> messaging.Message:
    message = _silent() if wake.is_silent else _visible(wake)
    # Not by the constructor, which warns that tokens will go one day; until then apps have them.
    setattr(message, "fid" if wake.kind == "fid" else "token", wake.value)
    return message


def _silent() -> messaging.Message:
    """Apple delivers a push without an alert only at the lower priority."""
    headers = {"apns-push-type": "background", "apns-priority": "5", "apns-collapse-id": COLLAPSE}
    payload = messaging.APNSPayload(messaging.Aps(content_available=True))
    return messaging.Message(
        data=DATA,
        android=messaging.AndroidConfig(collapse_key=COLLAPSE, priority="high", ttl=KEPT_S),
        apns=messaging.APNSConfig(headers=headers, payload=payload),
    )


def _visible(wake: Wake) -> messaging.Message:
    """Browsers take a permission away from pages whose pushes show nothing."""
    headers = {"Urgency": "high", "TTL": str(KEPT_S), "Topic": COLLAPSE}
    notification = messaging.WebpushNotification(title=wake.title, tag=COLLAPSE)
    # FCM takes none but https.
    options = messaging.WebpushFCMOptions(link=wake.link) if wake.link.startswith("https://") else None
    webpush = messaging.WebpushConfig(
        headers=headers, data=DATA, notification=notification, fcm_options=options
    )
    return messaging.Message(webpush=webpush)


def _outcome(error: exceptions.FirebaseError | None) -> Outcome:
    if error is None:
        return Outcome(Fate.SENT)
    if isinstance(error, _GONE) or _names_identifier(error):
        return Outcome(Fate.GONE)
    logger.warning("FCM did not take a push: %s (%s)", error, error.code)
    return Outcome(Fate.LATER, _retry_after(error)) if isinstance(error, _LATER) else Outcome(Fate.REFUSED)


def _names_identifier(error: exceptions.FirebaseError) -> bool:
    """An identifier that was never one, and not a message of ours that FCM can't read."""
    if not isinstance(error, exceptions.InvalidArgumentError) or error.http_response is None:
        return False
    told = error.http_response.text
    return "message.token" in told or "message.fid" in told or "registration token" in told


def _retry_after(error: exceptions.FirebaseError) -> float | None:
    response = error.http_response
    raw = response.headers.get("Retry-After", "") if response is not None else ""
    return float(raw) if raw.isdecimal() else None
