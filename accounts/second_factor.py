"""The second factor: a code of the person's phone (TOTP), or one of their backup codes.

Rows are those of django-otp, which also slows down guessing per device. A session that an app above opened
with two factors of its own is marked by MET.
"""

import secrets
from base64 import b32encode
from binascii import unhexlify
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_otp import DEVICE_ID_SESSION_KEY, verify_token
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.errors import DomainError
from accounts.models import User
from accounts.qr import draw_qr

OWED = "second_factor_owed"  # in the session of someone who has a device and has not shown it yet
MET = "second_factor_met"  # in a session that was opened with two factors already, such as a phone and a PIN
SECRET_SALT = "accounts.second_factor"  # noqa: S105 (a name, not a secret)
SECRET_LIFE_S = 3600
BACKUP_CODES = 10
TOTP_DIGITS = 6

View = TypeVar("View", bound=Callable[..., Any])


class CodeRefused(DomainError):
    """The code does not fit, was used before, or came too soon after wrong ones."""

    code = "code_refused"
    http_status = 401


class SecretRefused(DomainError):
    """The secret of the set-up page is too old or was not made for this person."""

    code = "secret_refused"
    http_status = 422


class SecondFactorOwed(DomainError):
    """The person signed in and still owes the second factor."""

    code = "second_factor_owed"
    http_status = 403


def second_factor_not_required(view: View) -> View:
    """Let the view be used while the second factor is still owed."""
    view.second_factor_required = False  # type: ignore[attr-defined]
    return view


def is_owed(user: User | AnonymousUser, session: Mapping[str, Any]) -> bool:
    """Whether the person signed in by this session still owes the second factor; pages and sockets ask."""
    if not user.is_authenticated or session.get(DEVICE_ID_SESSION_KEY) or session.get(MET):
        return False
    return bool(session.get(OWED)) or is_demanded(user)


def is_demanded(user: User) -> bool:
    """Whether the city's settings ask this person for a second factor."""
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    return bool(user.is_staff or import_string(settings.SECOND_FACTOR_FOR)(user))


def has_phone(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def count_backup_codes(user: User) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())


def sign_new_secret(user: User) -> str:
    """A new secret that only this person can enrol, within the hour. Nothing is stored."""
    return signing.dumps({"key": secrets.token_hex(20), "user": user.pk}, salt=SECRET_SALT)


def device_of_secret(user: User, signed: str) -> TOTPDevice:
    """The device, not stored, that the signed secret stands for. Raises SecretRefused."""
    try:
        secret = signing.loads(signed, salt=SECRET_SALT, max_age=SECRET_LIFE_S)
    except signing.BadSignature as error:
        raise SecretRefused(_("This page was open for too long. Here is a new secret.")) from error
    if secret["user"] != user.pk:
        raise SecretRefused(_("This page was opened by somebody else. Here is a new secret."))
    return TOTPDevice(user=user, name="phone", key=secret["key"], confirmed=True)


def draw_secret(device: TOTPDevice) -> str:
    """The QR code that an authenticator app reads, as SVG without styles."""
    return draw_qr(device.config_url)


def secret_as_text(device: TOTPDevice) -> str:
    """The secret in groups of four letters, to type where no camera is at hand."""
    letters = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def enrol_phone(*, user: User, signed_secret: str, code: str, at: datetime) -> tuple[TOTPDevice, list[str]]:
    """Make the phone the person's only one, once its code at `at` fits; the new backup codes come with it.

    Raises SecretRefused, CodeRefused.
    """
    device = device_of_secret(user, signed_secret)
    totp = TOTP(unhexlify(device.key))
    totp.time = at.timestamp()
    if not totp.verify(_digits(code), tolerance=1):
        raise CodeRefused(
            _("This code does not fit. Is the phone's clock right? Type the six digits that it shows now."),
            field="code",
        )
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        TOTPDevice.objects.filter(user=user).delete()
        device.drift, device.last_t = totp.drift, totp.t()
        device.save()
        return device, renew_backup_codes(user=user)


def renew_backup_codes(*, user: User) -> list[str]:
    """Ten new codes that work once each; the old ones end. They can't be read again later."""
    codes = [secrets.token_hex(5) for _number in range(BACKUP_CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="backup", confirmed=True)
        for code in codes:
            device.token_set.create(token=code)
    return codes


def check_code(*, user: User, code: str) -> Device:
    """The device whose code this is: six digits of the phone, else a backup code, which is used up by it.

    Raises CodeRefused.
    """
    wanted = "".join(code.split()).replace("-", "").lower()
    model = TOTPDevice if wanted.isdecimal() and len(wanted) == TOTP_DIGITS else StaticDevice
    for device in model.objects.filter(user=user, confirmed=True):
        _refuse_haste(device)
        verified = verify_token(user, device.persistent_id, wanted)
        if verified:
            return cast(Device, verified)
    raise CodeRefused(
        _("This code does not fit. Each works only once: wait for the next one on the phone."), field="code"
    )


def _refuse_haste(device: Device) -> None:
    allowed, facts = device.verify_is_allowed()
    if not allowed:
        raise CodeRefused(
            _("There were wrong codes. Please wait until %(time)s and try again.")
            % {"time": f"{timezone.localtime(facts['locked_until']):%H:%M:%S}"},
            field="code",
        )


def _digits(code: str) -> int:
    digits = "".join(code.split())
    return int(digits) if digits.isdecimal() and len(digits) == TOTP_DIGITS else -1
