"""The report and the districts that have to do with it."""

import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from districts.spatial import CoveringIndex
from reports.models.category import Category
from reports.models.choices import (
    ENDED_STATUSES,
    OPEN_STATUSES,
    UNTOUCHED_STATUSES,
    Channel,
    ClosedBy,
    ReportStatus,
    Urgency,
    Visibility,
)
from reports.ranks import Standing


def _index_where_set(field: str) -> models.Index:
    condition = models.Q(**{f"{field}__isnull": False})
    return models.Index(fields=[field], name=f"report_{field}", condition=condition)


_STANDING = models.Case(
    models.When(undecided_since__isnull=False, then=Standing.UNDECIDED.value),
    models.When(needs_crew=True, then=Standing.CREWLESS.value),
    # Doubt about the district counts until a crew is on it.
    models.When(is_uncertain=True, status__in=UNTOUCHED_STATUSES, then=Standing.DOUBTFUL.value),
    models.When(status=ReportStatus.WAITING, then=Standing.PARKED.value),
    default=Standing.PLAIN.value,
)
# As reports.ranks.rank_of has it.
_RANK = (max(Urgency.values) - models.F("urgency")) * len(Standing) + _STANDING
# Until somebody has seen it, the deadline for seeing it.
_DUE_AT = models.Case(
    models.When(acknowledged_at__isnull=False, then=models.F("resolve_due_at")),
    default=models.F("acknowledge_due_at"),
)


class Report(models.Model):
    """A broken thing at a place, and the district that answers for it.

    `uuid` is made by the client and `fingerprint` is the SHA-256 of what it sent: the same pair again is the
    same report, the same uuid with another fingerprint is a conflict. `code` is the public name: six
    characters without the dash. `point` is WGS 84, lon/lat. `routing` is the trace of districts.locating.
    `version` rises with every change. Jobs that ended before `reopened_at` count no more for its progress.
    `needs_crew`: work on it has begun and nobody is on it. That is a fact of its jobs, so the version stays.
    `look_at`: when its promised times are looked at next, for a warning or because they are over; null when
    no more. `guarantee_of` is the report whose repair should still hold here, `guarantee_m` metres away:
    found by `reports.services.guarantees`, and again a fact that leaves the version alone.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    code = models.CharField(_("code"), max_length=8, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    point = models.PointField(_("place"))
    accuracy_m = models.FloatField(_("accuracy in metres"), null=True, blank=True)
    address = models.CharField(_("description of the place"), max_length=300, blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="reports", verbose_name=_("category")
    )
    description = models.TextField(_("description"), max_length=5000, blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)
    reporter = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
        db_index=False,
        verbose_name=_("reported by"),
    )
    search_text = models.TextField(editable=False, blank=True)

    district = models.ForeignKey(
        "districts.District",
        on_delete=models.PROTECT,
        related_name="reports",
        db_index=False,
        verbose_name=_("district"),
    )
    neighbourhood = models.ForeignKey(
        "districts.Neighbourhood",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
        db_index=False,
        verbose_name=_("neighbourhood"),
    )
    routing = models.JSONField(_("why it is here"), default=dict, editable=False)
    is_uncertain = models.BooleanField(_("routing is uncertain"), default=False)

    status = models.CharField(
        _("status"), max_length=16, choices=ReportStatus.choices, default=ReportStatus.RECEIVED
    )
    needs_crew = models.BooleanField(_("needs a crew"), default=False, editable=False)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency.choices, default=Urgency.NORMAL)
    visibility = models.CharField(
        _("visibility"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    reason = models.TextField(_("reason the resident reads"), blank=True, max_length=2000)
    duplicate_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duplicates",
        db_index=False,
        verbose_name=_("merged into"),
    )
    voices = models.PositiveIntegerField(_("voices"), default=1)
    reopened_count = models.PositiveIntegerField(_("times reopened"), default=0)

    received_at = models.DateTimeField(_("received at"))
    changed_at = models.DateTimeField(_("changed at"))
    acknowledge_due_at = models.DateTimeField(_("to be seen by"))
    resolve_due_at = models.DateTimeField(_("to be fixed by"))
    acknowledged_at = models.DateTimeField(_("seen at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("fixed at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=10, choices=ClosedBy.choices, blank=True)
    reopened_at = models.DateTimeField(_("last reopened at"), null=True, blank=True)
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    paused_s = models.PositiveIntegerField(_("waited for the resident (working seconds)"), default=0)
    undecided_since = models.DateTimeField(_("needs a decision since"), null=True, blank=True, editable=False)
    look_at = models.DateTimeField(null=True, blank=True, editable=False)
    guarantee_until = models.DateField(_("guaranteed until"), null=True, blank=True)
    guarantee_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="broke_again",
        db_index=False,
        verbose_name=_("broke again under the guarantee of"),
    )
    guarantee_m = models.FloatField(_("metres to that repair"), null=True, blank=True, editable=False)

    # Written by the database: queues are read in the order of an index.
    queue_rank = models.GeneratedField(
        expression=_RANK, output_field=models.SmallIntegerField(), db_persist=True
    )
    due_at = models.GeneratedField(expression=_DUE_AT, output_field=models.DateTimeField(), db_persist=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [
            # Holds all that counting and the map need too, so that neither reads the rows.
            CoveringIndex(
                fields=["district", "queue_rank", "due_at", "id"],
                carries=["status", "needs_crew", "point"],
                name="report_open_queue",
                condition=models.Q(status__in=OPEN_STATUSES),
            ),
            models.Index(
                fields=["district", "-changed_at", "-id"],
                name="report_ended_queue",
                condition=models.Q(status__in=ENDED_STATUSES),
            ),
            models.Index(fields=["visibility", "status", "-received_at"], name="report_public"),
            # Most reports have none of these: what is not indexed costs a new one nothing.
            models.Index(
                fields=["resolved_at"], name="report_silence", condition=models.Q(status="resolved")
            ),
            models.Index(fields=["district"], name="report_needs_crew", condition=models.Q(needs_crew=True)),
            models.Index(
                fields=["district"],
                name="report_at_border",
                condition=models.Q(is_uncertain=True, status__in=UNTOUCHED_STATUSES),
            ),
            _index_where_set("reporter"),
            _index_where_set("neighbourhood"),
            _index_where_set("duplicate_of"),
            _index_where_set("guarantee_of"),
            _index_where_set("look_at"),
            models.Index(
                fields=["district", "undecided_since"],
                name="report_undecided",
                condition=models.Q(undecided_since__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="report_code_once"),
            models.CheckConstraint(
                name="report_resolved_time",
                condition=models.Q(status__in=["resolved", "closed"], resolved_at__isnull=False)
                | (~models.Q(status__in=["resolved", "closed"]) & models.Q(resolved_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="report_closed_time",
                condition=models.Q(status="closed", closed_at__isnull=False) & ~models.Q(closed_by="")
                | (~models.Q(status="closed") & models.Q(closed_at__isnull=True, closed_by="")),
            ),
            models.CheckConstraint(
                name="report_duplicate_of",
                condition=models.Q(status="duplicate", duplicate_of__isnull=False)
                | (~models.Q(status="duplicate") & models.Q(duplicate_of__isnull=True)),
            ),
            models.CheckConstraint(
                name="report_waiting_since",
                condition=models.Q(status="waiting", waiting_since__isnull=False)
                | (~models.Q(status="waiting") & models.Q(waiting_since__isnull=True)),
            ),
            models.CheckConstraint(
                name="report_guarantee_distance",
                condition=models.Q(guarantee_of__isnull=True, guarantee_m__isnull=True)
                | models.Q(guarantee_of__isnull=False, guarantee_m__isnull=False),
            ),
            models.CheckConstraint(
                name="report_needs_crew_under_way",
                condition=models.Q(needs_crew=False) | models.Q(status__in=["planned", "in_progress"]),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def stream(self) -> str:
        """The name of the report's public stream."""
        return f"report:{self.code}"


class Involvement(models.Model):
    """Another district that sees a report; the responsible one is the report's own `district`, and acts."""

    class Relation(models.TextChoices):
        ALTERNATIVE = "alternative", _("possibly responsible")
        PREVIOUS = "previous", _("was responsible")

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="involvements", db_index=False)
    district = models.ForeignKey("districts.District", on_delete=models.PROTECT, related_name="involvements")
    relation = models.CharField(max_length=12, choices=Relation.choices)
    distance_m = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "district"], name="involvement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.relation} {self.district_id}"
