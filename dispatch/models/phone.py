"""Phones enrolled for a crew, the codes that enrol them, and the PINs of who rides."""

import hashlib
import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dispatch.models.crew import Crew

CODE_LIFE = timedelta(minutes=10)
STARTING_PIN_LIFE = timedelta(days=7)
# Wrong PINs in a row, counted in the database, before the desk has to unlock.
PIN_TRIES = 5
PHONE_TRIES = 10


def digest_of(secret: str) -> str:
    """Secrets of phones have 256 bits: a plain SHA-256 can't be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


class CrewPhone(models.Model):
    """A phone that its desk enrolled for a crew; of its cookie only the digest is kept.

    `wrong`: PINs refused on it in a row. Without `revoked_by` a cut-off came from enrolling the phone anew.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="phones", verbose_name=_("crew"))
    label = models.CharField(_("label"), max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    enrolled_at = models.DateTimeField(_("enrolled at"))
    enrolled_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("enrolled by")
    )
    used_at = models.DateTimeField(_("last seen at"), null=True, blank=True)
    used_by = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("last used by"),
    )
    wrong = models.PositiveSmallIntegerField(default=0, editable=False)
    revoked_at = models.DateTimeField(_("cut off at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("cut off by"),
    )

    class Meta:
        ordering = ("-enrolled_at",)
        verbose_name = _("crew's phone")
        verbose_name_plural = _("crews' phones")

    def __str__(self) -> str:
        return self.label or gettext("phone without a name")

    @property
    def is_locked(self) -> bool:
        """Whether it takes no PIN until the desk lets it."""
        return self.wrong >= PHONE_TRIES


class PhoneCode(models.Model):
    """What a desk shows as a QR code: enrols one phone, once, until it expires. Only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="phone_codes")
    label = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    phone = models.OneToOneField(CrewPhone, null=True, on_delete=models.CASCADE, related_name="code")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="phone_code_used_by_a_phone",
                condition=models.Q(used_at__isnull=True, phone__isnull=True)
                | models.Q(used_at__isnull=False, phone__isnull=False),
            ),
            models.CheckConstraint(
                name="phone_code_used_or_withdrawn",
                condition=models.Q(used_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.created_at:%Y-%m-%d %H:%M}"

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and self.withdrawn_at is None and at < self.expires_at


class CrewPin(models.Model):
    """What a person taps on an enrolled phone; anywhere else it is worth nothing.

    A starting PIN is the desk's, and only lets its person choose one of their own. `wrong`: how often in a
    row another was tapped.
    """

    user = models.OneToOneField(
        "accounts.User", on_delete=models.CASCADE, related_name="crew_pin", verbose_name=_("person")
    )
    hash = models.CharField(max_length=128, editable=False)
    is_starting = models.BooleanField(_("starting PIN"), default=True)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("made by")
    )
    wrong = models.PositiveSmallIntegerField(_("wrong tries in a row"), default=0)

    class Meta:
        verbose_name = _("PIN")
        verbose_name_plural = _("PINs")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_locked(self) -> bool:
        """Whether nothing opens it until the desk unlocks it."""
        return self.wrong >= PIN_TRIES

    def is_usable(self, at: datetime) -> bool:
        """Whether it may be tapped at all: a starting PIN ends after a week."""
        return not self.is_starting or at < self.made_at + STARTING_PIN_LIFE


class PhoneAct(models.Model):
    """What somebody did with a crew's phones and PINs; the log tells the same without who."""

    class Kind(models.TextChoices):
        CODE_SHOWN = "code_shown", _("Code for a new phone shown")
        CODE_WITHDRAWN = "code_withdrawn", _("Code withdrawn")
        ENROLLED = "enrolled", _("Phone enrolled")
        REPLACED = "replaced", _("Phone enrolled anew by another code")
        CUT_OFF = "cut_off", _("Phone cut off")
        TRACKER_ENDED = "tracker_ended", _("Token of the tracking app ended")
        UNLOCKED = "unlocked", _("Phone unlocked")
        PIN_GIVEN = "pin_given", _("Starting PIN given")
        PIN_UNLOCKED = "pin_unlocked", _("PIN unlocked")
        PIN_CHOSEN = "pin_chosen", _("PIN chosen on a phone")

    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="phone_acts")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    phone = models.ForeignKey(CrewPhone, null=True, on_delete=models.SET_NULL, related_name="+")
    member = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["crew", "-at"], name="phone_acts_of_a_crew")]

    def __str__(self) -> str:
        return f"{self.crew_id} {self.kind} {self.at:%Y-%m-%d %H:%M}"
