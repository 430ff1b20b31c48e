"""The private link of a report: whoever holds it speaks as the one who reported."""

import base64
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from reports.codes import format_code
from reports.models import Report

_SALT = "reports.links.private"
_BYTES = 18


def private_token(report: Report) -> str:
    """24 characters that only this server can make; nothing is stored, so nothing can leak from a backup."""
    return _token(report.uuid, settings.SECRET_KEY)


def check_private_token(report: Report, token: str) -> bool:
    """Whether it is this report's token, made with the secret key or one of its fallbacks."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return token.isascii() and any(constant_time_compare(_token(report.uuid, key), token) for key in keys)


def public_path(report: Report) -> str:
    return reverse("reports:report", kwargs={"code": format_code(report.code)})


def photo_path(photo_id: UUID, size: str) -> str:
    """`size` is large, small or thumb. Who may see the photo is asked again there."""
    return reverse("reports:photo", kwargs={"photo_id": photo_id, "size": size})


def private_path(report: Report) -> str:
    kwargs = {"code": format_code(report.code), "token": private_token(report)}
    return reverse("reports:mine", kwargs=kwargs)


def public_address(report: Report) -> str:
    """The whole address, for a mail."""
    return f"{settings.BASE_URL}{public_path(report)}"


def private_address(report: Report) -> str:
    """The whole address, for the one who reported alone."""
    return f"{settings.BASE_URL}{private_path(report)}"


def _token(uuid: UUID, key: str) -> str:
    digest = salted_hmac(_SALT, uuid.hex, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:_BYTES]).decode()
