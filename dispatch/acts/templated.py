"""Acts whose words may begin with a reply template."""

from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import NotFound
from dispatch.acts.act import Act, Subject
from dispatch.selectors.jobs import crews_on
from reports.models import ReplyTemplate
from reports.selectors.replies import FilledTemplate, templates_for


class TemplatedAct(Act):
    """Its field `text` is what the resident reads, in the language of the report."""

    purpose: ClassVar[ReplyTemplate.Purpose]

    def __init__(self, subject: Subject, **options: Any) -> None:
        super().__init__(subject, **options)
        self.fields["text"].widget.attrs["data-words"] = ""

    @cached_property
    def templates(self) -> list[FilledTemplate]:
        """What fits the report. Two queries, asked when the form is drawn."""
        report = self.subject.report
        crew = ", ".join(crews_on(report))
        return templates_for(report, self.purpose, at=timezone.now(), crew=crew)

    @property
    def reader_language(self) -> str:
        """In what the resident reads, as the interface calls it."""
        code = self.subject.report.language
        return str(dict(settings.LANGUAGES).get(code, code))

    @property
    def is_in_reader_language(self) -> bool:
        return all(each.language == self.subject.report.language for each in self.templates)

    def begin(self, asked: QueryDict) -> None:
        """The template of the id; words that were written before stay above it."""
        wanted = asked.get("template")
        if wanted is None:
            return
        chosen = next((each for each in self.templates if str(each.id) == wanted), None)
        if chosen is None:
            raise NotFound(_("There is no such template for this report."))
        written = self.initial.get("text", "").strip()
        self.initial["text"] = f"{written}\n\n{chosen.text}" if written else chosen.text
