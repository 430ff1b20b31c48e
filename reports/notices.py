"""Mails to those who want to hear how a report goes on: a reader of the log writes them."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.languages import localized
from live.events import EventFacts
from reports.codes import format_code
from reports.links import private_address, public_address
from reports.models import Contact, Follow, Notice, Report, Update
from reports.selectors.public import is_public

# What is written, by kind of event: the subject, and a sentence for the mail.
SENTENCES = {
    "report.acknowledged": (
        gettext_noop("%(code)s: %(district)s has seen your report"),
        gettext_noop("%(district)s has seen your report. It is to be fixed by %(fixed_by)s."),
    ),
    "report.waiting": (
        gettext_noop("%(code)s: %(district)s asks you something"),
        gettext_noop("%(district)s can't go on without your answer."),
    ),
    "report.resolved": (
        gettext_noop("%(code)s: fixed, says the crew. Is it?"),
        gettext_noop("The crew says that it is fixed. Please have a look, and tell us whether it is."),
    ),
    "report.rejected": (
        gettext_noop("%(code)s: %(district)s does not take this on"),
        gettext_noop("%(district)s does not take this on. If you see it otherwise, open it again."),
    ),
    "report.referred": (
        gettext_noop("%(code)s: passed on to another body"),
        gettext_noop("%(district)s has passed your report on to a body outside the city."),
    ),
    "report.duplicate": (
        gettext_noop("%(code)s: already reported, and joined with that report"),
        gettext_noop("Somebody has told of the same thing. You hear how it goes on there as well."),
    ),
    "report.comment": (
        gettext_noop("%(code)s: %(district)s writes to you"),
        gettext_noop("%(district)s writes:"),
    ),
    "report.reopened": (
        gettext_noop("%(code)s: open again"),
        gettext_noop("The report is open again. %(district)s looks at it by %(seen_by)s."),
    ),
}
_NEW_TO_THE_DISTRICT = ("received", "reopened")
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipient:
    """`is_own`: the private link of the report is theirs."""

    email: str
    language: str
    is_own: bool = False

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.email.lower().encode()).hexdigest()


class ResidentNotices:
    """Follows the reports' streams. Seeing an event twice sends no second mail: a Notice row says so."""

    name = "resident-notices"
    streams = "report"

    def handle(self, events: list[EventFacts]) -> None:
        for event in filter(_is_news, events):
            code = event.payload["report"]
            report = Report.objects.select_related("category", "district").filter(code=code).first()
            if report is not None:
                _tell_all(report, event)


def _is_news(event: EventFacts) -> bool:
    """That the district has seen it is told once, not whenever a crew was called back."""
    if event.kind == "report.acknowledged":
        return event.payload.get("before") in _NEW_TO_THE_DISTRICT
    return event.kind in SENTENCES


def _tell_all(report: Report, event: EventFacts) -> None:
    for recipient in recipients_of(report):
        notice, _is_new = Notice.objects.get_or_create(
            report=report,
            offset=event.offset,
            recipient=recipient.digest,
            defaults={"kind": event.kind, "claimed_at": timezone.now()},
        )
        if notice.sent_at is None:
            _send(report, event, recipient)
            Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now())


def recipients_of(report: Report) -> list[Recipient]:
    """Who reported it, who follows it, and the same of the reports merged into it; each address once.

    Others than the one who reported it hear of a public report only.
    """
    found: dict[str, Recipient] = {}
    for recipient in [*_own(report), *(_others(report) if is_public(report) else ())]:
        found.setdefault(recipient.digest, recipient)
    return list(found.values())


def _own(report: Report) -> Iterator[Recipient]:
    contacts = Contact.objects.filter(report=report, wants_updates=True)
    for email in contacts.exclude(email="").values_list("email", flat=True):
        yield Recipient(email, report.language, is_own=True)


def _others(report: Report) -> Iterator[Recipient]:
    contacts = Contact.objects.filter(report__duplicate_of=report, wants_updates=True).exclude(email="")
    for email, language in contacts.values_list("email", "report__language"):
        yield Recipient(email, language)
    follows = Follow.objects.filter(Q(report=report) | Q(report__duplicate_of=report))
    for follow in follows.select_related("user"):
        email = follow.email or (follow.user.email if follow.user else "")
        if email:
            yield Recipient(email, follow.language)


def _send(report: Report, event: EventFacts, recipient: Recipient) -> None:
    with translation.override(recipient.language or settings.LANGUAGE_CODE):
        mail = _write(report, event, recipient)
    try:
        mail.send()
    except SMTPRecipientsRefused:
        # Trying again won't help, and the others shall not wait.
        logger.warning("A mail about %s was refused by its recipient's server.", report.code)


def _write(report: Report, event: EventFacts, recipient: Recipient) -> EmailMessage:
    subject, sentence = SENTENCES[event.kind]
    facts = {
        "code": format_code(report.code),
        "district": localized(report.district.names) or report.district.code,
        "seen_by": _day_and_hour(report.acknowledge_due_at),
        "fixed_by": _day_and_hour(report.resolve_due_at),
    }
    context = {
        "sentence": _(sentence) % facts,
        "report": report,
        "words": _words_of(report, event),
        "code": facts["code"],
        "address": private_address(report) if recipient.is_own else public_address(report),
        "is_own": recipient.is_own,
    }
    body = render_to_string("reports/mail/notice.txt", context)
    return EmailMessage(subject=_(subject) % facts, body=body, to=[recipient.email])


def _words_of(report: Report, event: EventFacts) -> str:
    """What staff has written: events hold no words, so those of a reply are found by its time."""
    if event.kind != "report.comment":
        return report.reason
    replies = report.updates.filter(kind=Update.Kind.COMMENT, audience=Update.Audience.PUBLIC)
    return replies.filter(at=event.at).values_list("text", flat=True).last() or ""


def _day_and_hour(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")
