"""Letters to the supervisors: one for each of them and run, however many promised times are over.

Written in a transaction, then sent: what a killed process has written is sent by the next. A process that is
killed after the mail server took a letter, before that was noted, has it sent again under the same
Message-ID.
"""

import logging
from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from dispatch.models import Letter, PromiseNote
from districts.memberships import supervisors_of
from districts.spatial import lock_rows
from live.sweeping import sweep
from reports.codes import format_code

AT_ONCE = 1_000
# Of what a letter tells, which may be all that was late when a city began to watch.
NAMED_AT_ONCE = 5_000
LISTED = 20
CLAIM = timedelta(minutes=5)
logger = logging.getLogger(__name__)


def write_letters(*, at: datetime) -> int:
    """A letter to each supervisor of each district where promises were broken since the last one.

    One query where there is nothing to write. Idempotent: what a letter tells of is told by no other.
    Districts without a supervisor get none; their desks were told. Returns how many were written.
    """
    with transaction.atomic():
        unwritten = PromiseNote.objects.filter(stage=PromiseNote.Stage.OVER, batch=None).order_by("at")
        locked = lock_rows(unwritten, skip_locked=True).values_list("pk", "report__district")
        by_district: dict[int, list[UUID]] = defaultdict(list)
        for note_id, district_id in locked:
            by_district[district_id].append(note_id)
        return sum(_write(district_id, note_ids, at) for district_id, note_ids in sorted(by_district.items()))


def send_letters(*, at: datetime) -> int:
    """Send what is written. One that fails is tried again after five minutes. Returns how many were sent."""
    waiting = _free_letters(at).order_by("written_at")
    return sum(sweep("dispatch.letters", waiting, partial(_send, at=at), at=at, at_once=AT_ONCE))


def _free_letters(at: datetime) -> QuerySet[Letter]:
    return Letter.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=at), sent_at=None)


def _write(district_id: int, note_ids: list[UUID], at: datetime) -> int:
    batch = uuid4()
    for start in range(0, len(note_ids), NAMED_AT_ONCE):
        PromiseNote.objects.filter(pk__in=note_ids[start : start + NAMED_AT_ONCE]).update(batch=batch)
    letters = [
        Letter(batch=batch, district_id=district_id, recipient_id=user_id, written_at=at)
        for user_id in supervisors_of(district_id).values_list("user_id", flat=True)
    ]
    return len(Letter.objects.bulk_create(letters))


def _send(letter_id: UUID, at: datetime) -> bool:
    if not _free_letters(at).filter(pk=letter_id).update(claimed_until=at + CLAIM):
        return False  # another process sends it
    letter = Letter.objects.select_related("district", "recipient").get(pk=letter_id)
    with translation.override(letter.recipient.language or settings.LANGUAGE_CODE):
        mail = _mail(letter)
    try:
        mail.send()
    except SMTPRecipientsRefused:
        # Trying again won't help.
        logger.warning("A letter to the supervisors of %s was refused by its server.", letter.district.code)
    except (SMTPException, OSError) as error:
        logger.warning("No letter to the supervisors of %s just now: %s", letter.district.code, error)
        return False
    Letter.objects.filter(pk=letter.pk).update(sent_at=at, claimed_until=None)
    return True


def _mail(letter: Letter) -> EmailMessage:
    notes = PromiseNote.objects.filter(batch=letter.batch)
    count = notes.count()
    lines = [_line(note) for note in notes.select_related("report__category").order_by("due_at")[:LISTED]]
    facts = {
        "district": letter.district.name,
        "lines": lines,
        "more": count - len(lines),
        "desk": _address("dispatch:desk") + f"?district={letter.district.code}",
    }
    subject = ngettext(
        "%(district)s: %(count)d promised time is over",
        "%(district)s: %(count)d promised times are over",
        count,
    )
    return EmailMessage(
        subject=subject % {"district": letter.district.name, "count": count},
        body=render_to_string("dispatch/mail/escalation.txt", facts),
        to=[letter.recipient.email],
        headers={"Message-ID": f"<{letter.pk}@{urlsplit(settings.BASE_URL).hostname}>"},
    )


def _line(note: PromiseNote) -> dict[str, Any]:
    """No word of the report's own stands in a letter: the desk shows those."""
    code = format_code(note.report.code)
    return {"note": note, "code": code, "address": _address("dispatch:desk-report", code)}


def _address(name: str, *args: str) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=args)}"
