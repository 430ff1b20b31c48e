"""Districts, their dated borders, and the neighbourhoods inside them."""

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.languages import localized
from districts.models.calendar import WorkingCalendar
from districts.models.version import ResponsibilityModel

WGS84 = 4326
TRACK_DAYS_AT_MOST = 14


class DistrictKind(models.TextChoices):
    DISTRICT = "district", _("district")
    CITYWIDE = "citywide", _("city-wide body")


class District(ResponsibilityModel):
    """A body that answers for an area, or city-wide for what a rule gives it."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    names = models.JSONField(_("names"), default=dict, help_text=_("By language: {'bg': '…', 'en': '…'}"))
    kind = models.CharField(_("kind"), max_length=16, choices=DistrictKind, default=DistrictKind.DISTRICT)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    calendar = models.ForeignKey(
        WorkingCalendar,
        models.PROTECT,
        related_name="districts",
        null=True,
        blank=True,
        verbose_name=_("calendar"),
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    track_days = models.PositiveSmallIntegerField(
        _("days that crews' tracks are kept"),
        default=TRACK_DAYS_AT_MOST,
        validators=[MaxValueValidator(TRACK_DAYS_AT_MOST)],
        help_text=_("At most 14; 0 keeps no track at all"),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(track_days__lte=TRACK_DAYS_AT_MOST), name="district_track_days_bounded"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def name(self) -> str:
        return localized(self.names) or self.code


class Boundary(ResponsibilityModel):
    """A district's area from `valid_from` until the day before `valid_to`."""

    district = models.ForeignKey(
        District, models.CASCADE, related_name="boundaries", verbose_name=_("district")
    )
    polygon = models.MultiPolygonField(_("polygon"), srid=WGS84)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid to"), null=True, blank=True, help_text=_("The first day it no longer holds")
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    approximate = models.BooleanField(_("approximate"), default=False)

    class Meta:
        ordering = ["district_id", "valid_from"]
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="boundary_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["district"],
                condition=models.Q(valid_to__isnull=True),
                name="one_open_boundary_a_district",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_id} {self.valid_from}–{self.valid_to or ''}"


class Neighbourhood(ResponsibilityModel):
    """A part of a district with a name, and perhaps an elected head, of its own."""

    district = models.ForeignKey(
        District, models.CASCADE, related_name="neighbourhoods", verbose_name=_("district")
    )
    code = models.CharField(_("code"), max_length=32)
    slug = models.SlugField(_("slug"), max_length=80, unique=True, allow_unicode=True)
    names = models.JSONField(_("names"), default=dict)
    polygon = models.MultiPolygonField(_("polygon"), srid=WGS84)
    head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="headed_neighbourhoods",
        null=True,
        blank=True,
        verbose_name=_("elected head"),
    )
    source = models.CharField(_("source"), max_length=300, blank=True)
    approximate = models.BooleanField(_("approximate"), default=False)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("neighbourhood")
        verbose_name_plural = _("neighbourhoods")
        constraints = [models.UniqueConstraint(fields=["code"], name="one_neighbourhood_a_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.names) or self.code
