"""A report's public stream, as the live connection of its page reads it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from live.events import EventFacts
from reports.models import Report
from reports.selectors.public import public_facts, public_reports, with_public_photos


class ReportStreams:
    """Streams `report:<code>`: for everybody, as long as the report is public."""

    def may_read(self, user: User | AnonymousUser, key: str) -> bool:
        return public_reports().filter(code=key).exists()

    def audience(self, user: User | AnonymousUser, key: str) -> str:
        """Everybody sees the same."""
        return "public"

    def snapshot(self, user: User | AnonymousUser, key: str) -> dict[str, Any]:
        """{"report": the public facts}; {} when it is not public any more."""
        report = _find(key)
        return {} if report is None else {"report": public_facts(report)}

    def present(
        self, user: User | AnonymousUser, key: str, events: list[EventFacts]
    ) -> list[dict[str, Any] | None]:
        """Each event carries the report as it is now. Two queries."""
        report = _find(key)
        facts = None if report is None else {"report": public_facts(report)}
        return [facts for _event in events]


def _find(code: str) -> Report | None:
    return with_public_photos(public_reports()).filter(code=code).first()
