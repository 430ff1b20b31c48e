"""Finished work that is not as it should be, by the word of the desk that has looked at it."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from reports.models import Report
from reports.models import ReportStatus as S
from reports.services.moving import move
from reports.workflow import Party


def send_back(report: Report, *, actor: User, at: datetime) -> None:
    """Bring a locked report from fixed back into progress. The work so far counts as none; the promised time
    goes on as it was.

    Raises TransitionRefused off the workflow.
    """
    report.reopened_at = at
    move(report, S.IN_PROGRESS, parties={Party.DISPATCHER}, actor=actor, at=at, reason=_words(report))


def _words(report: Report) -> str:
    """What the resident reads, in the language of the report."""
    with translation.override(report.language or settings.LANGUAGE_CODE):
        return _("The repair was looked at and is not good enough yet: a crew comes again.")
