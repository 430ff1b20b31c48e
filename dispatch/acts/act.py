"""An act: its form, who may take it, when it is offered, and the one call that carries it out."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.errors import DomainError
from accounts.models import User
from dispatch.models import Job
from dispatch.selectors.changes import Change, list_changes
from districts.memberships import may_dispatch
from reports.codes import format_code
from reports.models import Report
from reports.services.acting import require_dispatcher, require_staff

Words = str | Promise
LONGEST_WORDS = 2_000


class Group(StrEnum):
    """The headings of the menu, in its order."""

    CREWS = "crews"
    WORDS = "words"
    WHOSE = "whose"
    END = "end"
    SHOWN = "shown"


@dataclass(frozen=True)
class Subject:
    """Who acts on what: a report, or one of its jobs."""

    user: User
    report: Report
    job: Job | None = None

    @property
    def may_dispatch(self) -> bool:
        return may_dispatch(self.user, self.report.district_id)

    @property
    def version(self) -> int:
        """Of what the act changes."""
        return self.report.version if self.job is None else self.job.version


class Act(forms.Form):
    """A form on a subject. `id` makes sending it twice one command; `version` is the state it acts on."""

    name: ClassVar[str]
    title: ClassVar[Words]
    button: ClassVar[Words]
    icon: ClassVar[str]
    group: ClassVar[Group]
    help: ClassVar[Words] = ""
    key: ClassVar[str] = ""
    tone: ClassVar[str] = "primary"
    template: ClassVar[str] = "dispatch/acts/act.html"
    # The service's name of a field where the form has another one.
    fields_of_service: ClassVar[dict[str, str]] = {}

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, subject: Subject, **options: Any) -> None:
        given = {"id": uuid4(), "version": subject.version, **(options.pop("initial", None) or {})}
        super().__init__(initial=given, auto_id="act-%s", **options)
        self.subject = subject
        self.refusal: DomainError | None = None
        self.changes: list[Change] = []

    @classmethod
    def is_offered(cls, subject: Subject) -> bool:
        """Whether the menu shows it: the person may take it and the report's state has such an edge."""
        raise NotImplementedError

    @classmethod
    def require_person(cls, subject: Subject) -> None:
        """Raises NotAllowed for those who see the report and may not take the act."""
        require_dispatcher(subject.user, subject.report)

    def begin(self, asked: QueryDict) -> None:
        """Fill in what the address of the empty form, or a button within it, asks for. Raises NotFound."""

    def carry_out(self, at: datetime) -> str:
        """Call the service. Returns what the person is told. Raises what the service raises."""
        raise NotImplementedError

    @property
    def address(self) -> str:
        return address_of(type(self), self.subject)

    @property
    def by(self) -> dict[str, Any]:
        """What every service takes: who acts, and on which state."""
        return {"actor": self.subject.user, "version": self.cleaned_data.get("version")}

    @property
    def command_id(self) -> UUID:
        return self.cleaned_data.get("id") or uuid4()

    def take_up(self, report: Report, refusal: DomainError) -> None:
        """Show why it was not carried out and what others have changed; what was typed stays.

        `report` is read anew: sent again, the form acts on the state that is shown with the refusal.
        """
        seen = self.cleaned_data.get("version")
        self.refusal = refusal
        self.changes = list_changes(report, self.subject.job, seen) if seen is not None else []
        field = self.fields_of_service.get(refusal.field or "", refusal.field)
        if field in self.fields and not self.fields[field].widget.is_hidden and field not in self.errors:
            self.add_error(field, refusal.detail)
        job = self.subject.job
        if job is not None:
            job.refresh_from_db()
        self.subject = replace(self.subject, report=report)
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(self.subject.version)
        self.data = data


class FrontAct(Act):
    """An act that operators take as well: the call centre writes, and decides nothing."""

    @classmethod
    def require_person(cls, subject: Subject) -> None:
        require_staff(subject.user, subject.report)


def address_of(kind: type[Act], subject: Subject) -> str:
    """Where the act's form is, and where it is sent to."""
    code = format_code(subject.report.code)
    if subject.job is None:
        return reverse("dispatch:act", kwargs={"code": code, "act": kind.name})
    return reverse("dispatch:job-act", kwargs={"code": code, "job_id": subject.job.pk, "act": kind.name})


def words_field(label: Any, *, required: bool = True, rows: int = 4) -> forms.CharField:
    """Some lines of text; blanks alone are none."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Please say it in a few words.")},
    )
