"""Jobs, their steps and their proofs."""

import uuid

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from dispatch.models.crew import Crew
from reports.models import Category, Outcome, Photo, Report


class JobStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    ASSIGNED = "assigned", _("assigned")
    ACCEPTED = "accepted", _("accepted")
    ON_THE_WAY = "on_the_way", _("on the way")
    ON_SITE = "on_site", _("on site")
    PROOF_PENDING = "proof_pending", _("photo on its way")
    DONE = "done", _("done")
    DECLINED = "declined", _("declined")
    OBSTRUCTED = "obstructed", _("obstructed")
    CANCELLED = "cancelled", _("cancelled")
    HANDED_OVER = "handed_over", _("handed over")


OPEN_JOB_STATUSES = (
    JobStatus.DRAFT,
    JobStatus.ASSIGNED,
    JobStatus.ACCEPTED,
    JobStatus.ON_THE_WAY,
    JobStatus.ON_SITE,
    JobStatus.PROOF_PENDING,
)
_OPEN = [status.value for status in OPEN_JOB_STATUSES]


class DeclineReason(models.TextChoices):
    TOO_MANY_JOBS = "too_many_jobs", _("too many jobs already")
    TOO_FAR = "too_far", _("too far away")
    NO_EQUIPMENT = "no_equipment", _("the tool or material is missing")
    SHIFT_ENDS = "shift_ends", _("the shift ends")
    OTHER = "other", _("another reason")


class ObstacleReason(models.TextChoices):
    PARKED_CAR = "parked_car", _("a parked car is in the way")
    NO_ACCESS = "no_access", _("no way in")
    TOO_BIG = "too_big", _("too big for this crew")
    NO_MATERIAL = "no_material", _("the tool or material is missing")
    OTHER_BODY = "other_body", _("belongs to somebody else")
    UNSAFE = "unsafe", _("not safe to work")
    OTHER = "other", _("another reason")


class Job(models.Model):
    """One crew's work on one report. `position` is its place in the crew's route.

    `version` rises with every change of state or content. Delivered (the phone has it), seen (a person
    looked) and accepted are three different facts; the first two leave the version alone, so that looking at
    a job never makes somebody else's view of it stale. `previous` is the job that this one continues: handed
    over, or left safe but unfinished. `category` is what this job needs, where that is not the report's own:
    a report may be split for several skills. Jobs of one `visit` follow each other in the route.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="jobs")
    crew = models.ForeignKey(Crew, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")
    status = models.CharField(_("status"), max_length=14, choices=JobStatus.choices, default=JobStatus.DRAFT)
    version = models.PositiveIntegerField(default=1)
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome.choices, blank=True)
    category = models.ForeignKey(
        Category,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("skill needed"),
    )
    visit = models.UUIDField(null=True, blank=True, editable=False)
    note = models.TextField(_("note to the crew"), max_length=1000, blank=True)
    position = models.PositiveIntegerField(_("order in the route"), default=0)
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="continued_by"
    )
    created_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position", "created_at", "id")
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(fields=["crew", "status", "position"], name="job_route")]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "crew"], condition=models.Q(status__in=_OPEN), name="job_one_open_per_crew"
            ),
            models.CheckConstraint(
                name="job_outcome_when_done",
                condition=(models.Q(status__in=["done", "proof_pending"]) & ~models.Q(outcome=""))
                | (~models.Q(status__in=["done", "proof_pending"]) & models.Q(outcome="")),
            ),
            models.CheckConstraint(
                name="job_visit_of_a_crew",
                condition=models.Q(visit__isnull=True) | models.Q(crew__isnull=False),
            ),
            models.CheckConstraint(
                name="job_crew_once_assigned",
                condition=models.Q(crew__isnull=False) | models.Q(status__in=["draft", "cancelled"]),
            ),
            models.CheckConstraint(
                name="job_ended_time",
                condition=models.Q(status__in=_OPEN, ended_at__isnull=True)
                | (~models.Q(status__in=_OPEN) & models.Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_JOB_STATUSES


class JobStep(models.Model):
    """One step of a job: append-only. `command_id` is made by the client: the same id is the same step.

    `fingerprint` is the SHA-256 of the command: the same id with other content is refused. `crew` is the crew
    that took the step, empty when the desk or the system did; `version` is the job's version after it.
    `device_at` is the phone's clock, kept and never trusted; `at`, the server's, orders the steps. `point` is
    WGS 84 lon/lat. `data` holds `reason` (a code), `skipped` (states that nobody tapped), `already` (somebody
    else had taken the step: it changed nothing), `refused` (it crossed what others did, by the code of the
    refusal: kept without effect).
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    command_id = models.UUIDField(unique=True)
    fingerprint = models.CharField(max_length=64)
    name = models.CharField(max_length=20)
    from_status = models.CharField(max_length=14, choices=JobStatus.choices, blank=True)
    to_status = models.CharField(max_length=14, choices=JobStatus.choices)
    actor = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    crew = models.ForeignKey(Crew, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    device_at = models.DateTimeField(null=True, blank=True)
    point = models.PointField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("at", "id")
        indexes = [models.Index(fields=["job", "at"], name="job_step_order")]

    def __str__(self) -> str:
        return f"{self.job_id} {self.name}"


class Proof(models.Model):
    """An after-photo with what is known of where and when it was taken.

    `distance_m` is from the report's place. `checks`, written once the photo is ready, holds `marks`
    (`dispatch.proof_marks.Mark`), `minutes_from_arrival` and `same_as_job`: nothing is refused for them. A
    proof `is_late` when it came for a job that was no longer its crew's, or with a step that was refused: it
    is kept, and has no effect.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="proofs")
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, related_name="proof")
    point = models.PointField(null=True, blank=True)
    distance_m = models.FloatField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    checks = models.JSONField(default=dict, blank=True)
    is_late = models.BooleanField(_("came too late"), default=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "id")
        verbose_name = _("proof")
        verbose_name_plural = _("proofs")
        indexes = [
            models.Index(fields=["job"], name="proof_unchecked", condition=models.Q(checked_at__isnull=True))
        ]

    def __str__(self) -> str:
        return str(self.photo_id)
