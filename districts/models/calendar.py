"""When a district works."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.calendars import CalendarHours, CalendarRefused
from districts.models.version import ResponsibilityModel


class WorkingCalendar(ResponsibilityModel):
    """Working hours and holidays that deadlines are counted in.

    `hours` maps weekdays ("0" is Monday) to spans: {"0": [["08:30", "17:30"]], …, "6": []}.
    The extra days are lists of ISO dates; an extra working day wins over a holiday and over an
    empty weekday, and then works Monday's hours.
    """

    name = models.CharField(_("name"), max_length=120)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("ISO 3166 code, such as BG")
    )
    subdivision = models.CharField(_("subdivision"), max_length=12, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Sofia")
    hours = models.JSONField(_("hours"), default=dict)
    extra_holidays = models.JSONField(_("extra holidays"), default=list, blank=True)
    extra_working_days = models.JSONField(_("extra working days"), default=list, blank=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            CalendarHours.from_model(self)
        except CalendarRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
