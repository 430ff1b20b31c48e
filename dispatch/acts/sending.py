"""Acts that send crews."""

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from dispatch.acts.act import Act, Group, Subject
from dispatch.selectors import Suggestion, suggestions
from dispatch.services.assign import assign_job
from dispatch.services.beginning import NOTE_CHARACTERS
from dispatch.services.splitting import Part, split_report
from dispatch.services.visits import assign_visit
from dispatch.sharing import crews_for
from reports.codes import normalise_code
from reports.models import Category, Report
from reports.selectors.near import Neighbour, near_reports
from reports.workflow import UNTOUCHED, is_open

VISIT_WITHIN_M = 300.0
PARTS = 3


def note_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Note to the crew"), required=False, max_length=NOTE_CHARACTERS, strip=True
    )


class CrewAct(Act):
    """An act that ends with choosing a crew: each has a button of its own."""

    template = "dispatch/acts/assign.html"
    group = Group.CREWS
    crew = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": gettext_lazy("Which crew? Choose one.")}
    )
    note = note_field()

    @cached_property
    def crews(self) -> list[Suggestion]:
        """All of the district's crews that don't have the report, the likeliest first."""
        skill = self.subject.job.category if self.subject.job else None
        return suggestions(self.subject.report, at=timezone.now(), most=None, skill=skill)


class Assign(CrewAct):
    """One crew goes: the first, or one more."""

    name = "assign"
    title = gettext_lazy("Send a crew")
    button = pgettext_lazy("act", "Assign")
    icon = "motorbike"

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and is_open(subject.report.status)

    def carry_out(self, at: datetime) -> str:
        taken = assign_job(
            report_id=self.subject.report.pk,
            crew_id=self.cleaned_data["crew"],
            note=self.cleaned_data["note"],
            command_id=self.command_id,
            at=at,
            **self.by,
        )
        return _("Assigned to %(crew)s.") % {"crew": taken.job.crew}


class Visit(CrewAct):
    """One crew for several reports close to each other."""

    name = "visit"
    title = gettext_lazy("Several in one visit")
    button = pgettext_lazy("act", "Assign")
    icon = "route"
    template = "dispatch/acts/visit.html"
    help = gettext_lazy(
        "One crew goes for this report and those you tick. They follow each other in its route, and each is "
        "closed by itself."
    )
    others = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Together with"),
        error_messages={"required": gettext_lazy("Tick at least one more report.")},
    )

    def __init__(self, subject: Subject, **options: Any) -> None:
        super().__init__(subject, **options)
        field: Any = self.fields["others"]
        field.choices = [(_pick(each.report), each.code) for each in self.candidates]
        if self.is_bound:
            field.choices += [(value, value) for value in self.data.getlist("others")]  # type: ignore[attr-defined]

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and subject.report.status in UNTOUCHED

    @cached_property
    def candidates(self) -> list[Neighbour]:
        """Reports of the district within 300 metres that no crew has."""
        own = self.subject.report.district_id
        return near_reports(
            self.subject.report,
            self.subject.user,
            within_m=VISIT_WITHIN_M,
            statuses=UNTOUCHED,
            district_id=own,
        )

    @property
    def picks(self) -> list[tuple[str, Neighbour, bool]]:
        """Each candidate with its box's value and whether it was ticked before a refusal."""
        ticked = {value.partition(".")[0] for value in self["others"].value() or ()}
        return [(_pick(each.report), each, each.report.code in ticked) for each in self.candidates]

    def carry_out(self, at: datetime) -> str:
        jobs = assign_visit(
            versions=self._versions(),
            crew_id=self.cleaned_data["crew"],
            note=self.cleaned_data["note"],
            command_id=self.command_id,
            actor=self.subject.user,
            at=at,
        )
        words = ngettext(
            "%(count)d report in one visit of %(crew)s.",
            "%(count)d reports in one visit of %(crew)s.",
            len(jobs),
        )
        return words % {"count": len(jobs), "crew": jobs[0].crew}

    def _versions(self) -> dict[int, int | None]:
        """This report, then the others as they stand in the form, each with the version that was shown."""
        shown = dict(_read_pick(value) for value in self.cleaned_data["others"])
        ids = dict(Report.objects.filter(code__in=shown).values_list("code", "pk"))
        others = {ids.get(code, -1): version for code, version in shown.items()}
        return {self.subject.report.pk: self.cleaned_data.get("version"), **others}


def _pick(report: Report) -> str:
    return f"{report.code}.{report.version}"


def _read_pick(value: str) -> tuple[str, int | None]:
    code, _dot, version = value.partition(".")
    return normalise_code(code) or "", int(version) if version.isdecimal() and len(version) < 10 else None


class Split(Act):
    """Several crews, each for its part."""

    name = "split"
    title = gettext_lazy("Split in several jobs")
    button = pgettext_lazy("act", "Split")
    icon = "list-details"
    group = Group.CREWS
    template = "dispatch/acts/split.html"
    help = gettext_lazy(
        "For what needs several skills. A part without a crew waits as a draft. The report is fixed when "
        "nothing is open any more and one has fixed it."
    )

    def __init__(self, subject: Subject, **options: Any) -> None:
        super().__init__(subject, **options)
        skills = [(each.code, each.name) for each in Category.objects.filter(is_active=True)]
        own = crews_for(subject.report.district_id, at=timezone.now())
        crews = [(str(each.pk), each.name) for each in own]
        for number in range(1, PARTS + 1):
            self.fields.update(_part_fields(number, skills, crews))

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        return subject.may_dispatch and is_open(subject.report.status)

    @property
    def parts(self) -> list[tuple[int, list[forms.BoundField]]]:
        names = ("skill", "crew", "note")
        return [(number, [self[f"{name}_{number}"] for name in names]) for number in range(1, PARTS + 1)]

    def carry_out(self, at: datetime) -> str:
        given = [self._part(number) for number in range(1, PARTS + 1)]
        jobs = split_report(
            report_id=self.subject.report.pk,
            parts=[part for part in given if part is not None],
            command_id=self.command_id,
            at=at,
            **self.by,
        )
        return ngettext("%(count)d job.", "Split in %(count)d jobs.", len(jobs)) % {"count": len(jobs)}

    def _part(self, number: int) -> Part | None:
        skill = self.cleaned_data[f"skill_{number}"]
        crew = self.cleaned_data[f"crew_{number}"]
        if not skill:
            return None
        return Part(skill, UUID(crew) if crew else None, self.cleaned_data[f"note_{number}"])


def _part_fields(number: int, skills: list[Any], crews: list[Any]) -> dict[str, forms.Field]:
    nothing, later = [("", _("– nothing –"))], [("", _("decide later"))]
    return {
        f"skill_{number}": forms.ChoiceField(label=_("Skill"), required=False, choices=nothing + skills),
        f"crew_{number}": forms.ChoiceField(label=_("Crew"), required=False, choices=later + crews),
        f"note_{number}": note_field(),
    }
