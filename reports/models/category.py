"""What a report can be about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.languages import localized
from districts.models.version import ResponsibilityModel
from reports.models.choices import PhotoPolicy, Urgency


class CategoryGroup(models.Model):
    """Categories that are shown together."""

    code = models.SlugField(_("code"), unique=True)
    names = models.JSONField(_("names"), default=dict)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("category group")
        verbose_name_plural = _("category groups")

    def __str__(self) -> str:
        return localized(self.names) or self.code


class Category(ResponsibilityModel):
    """One kind of problem, with its questions, its deadlines and how private it is.

    A change raises the version that processes compare: they keep the categories in memory.

    `names`, `danger_notices` and `keywords` are per language: {"bg": …, "en": …} (keywords: lists of words).
    `questions` is a list of Open311 attribute definitions: {"code", "datatype" (string, text, number,
    singlevaluelist, multivaluelist, datetime), "required", "description" per language,
    "values": [{"key", "name" per language}]}.
    Deadlines are seconds of working time.
    """

    code = models.SlugField(_("code"), unique=True)
    group = models.ForeignKey(
        CategoryGroup, on_delete=models.PROTECT, related_name="categories", verbose_name=_("category group")
    )
    names = models.JSONField(_("names"), default=dict)
    icon = models.CharField(_("icon"), max_length=60, default="alert-circle")
    keywords = models.JSONField(_("keywords"), default=dict, blank=True)
    questions = models.JSONField(_("questions"), default=list, blank=True)
    danger_notices = models.JSONField(_("danger notice"), default=dict, blank=True)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency.choices, default=Urgency.NORMAL)
    acknowledge_within_s = models.PositiveIntegerField(_("seen within (working seconds)"), default=8 * 3600)
    resolve_within_s = models.PositiveIntegerField(_("fixed within (working seconds)"), default=45 * 3600)
    guarantee_days = models.PositiveIntegerField(_("the repair holds for (days)"), default=0)
    photo_policy = models.CharField(
        _("photos"), max_length=10, choices=PhotoPolicy.choices, default=PhotoPolicy.RELEASE
    )
    is_private = models.BooleanField(_("reports are private"), default=False)
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return localized(self.names) or self.code

    @property
    def danger_notice(self) -> str:
        return localized(self.danger_notices)
