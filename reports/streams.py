"""A report's stream, as the live connection of its pages reads it: the public one, and the private link's."""

from typing import Any

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from live.events import EventFacts
from reports.models import Report
from reports.selectors.public import find_by_token, public_facts, public_reports, with_public_photos


class ReportStreams:
    """Streams `report:<code>`: for everybody, as long as the report is public."""

    def with_token(self, token: str) -> "PrivateLinkStreams":
        """For who gave the token of a private link with the stream."""
        return PrivateLinkStreams(token)

    def may_read(self, user: User | AnonymousUser, key: str) -> bool:
        return public_reports().filter(code=key).exists()

    def audience(self, user: User | AnonymousUser, key: str) -> str:
        """Everybody sees the same."""
        return "public"

    def snapshot(self, user: User | AnonymousUser, key: str) -> dict[str, Any]:
        """{"report": the public facts}; {} when the reader may not see it any more."""
        report = self._find(key)
        return {} if report is None else {"report": public_facts(report)}

    def present(
        self, user: User | AnonymousUser, key: str, events: list[EventFacts]
    ) -> list[dict[str, Any] | None]:
        """Each event carries the report as it is now. Two queries."""
        report = self._find(key)
        facts = None if report is None else {"report": public_facts(report)}
        return [facts for _event in events]

    def _find(self, code: str) -> Report | None:
        return with_public_photos(public_reports()).filter(code=code).first()


class PrivateLinkStreams(ReportStreams):
    """The stream of the one report whose private link this token is of, whoever else may see the report.

    It tells what the public would be told if the report were public, and nothing of who reported.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def may_read(self, user: User | AnonymousUser, key: str) -> bool:
        return self._find(key) is not None

    def audience(self, user: User | AnonymousUser, key: str) -> str:
        """Apart from the public, who may see less."""
        return "private link"

    def _find(self, code: str) -> Report | None:
        return find_by_token(code, self._token)
