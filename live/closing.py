"""Why a socket is closed: 4000 to 4099 reconnect later, 4400 to 4499 stop and tell the person why."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_REASON_BYTES = 123  # RFC 6455: a close frame holds 125 bytes, two of them the code


@dataclass(frozen=True, slots=True)
class Close:
    code: int
    words: str | Promise

    @property
    def reason(self) -> str:
        """In the language that is active, cut to what a close frame holds."""
        return str(self.words).encode()[:MAX_REASON_BYTES].decode(errors="ignore")


class Closing(Exception):
    """Ends the conversation."""

    def __init__(self, close: Close) -> None:
        super().__init__(close.code)
        self.close = close


FAULT = Close(4000, "A fault of the server. Reconnect.")
SILENT = Close(4001, "Nothing was heard from you. Reconnect.")
SLOW = Close(4002, "You read too slowly. Reconnect and recover by offset.")
STOPPING = Close(4003, "The server is being restarted. Reconnect.")
RENEWED = Close(4004, "The log was renewed. Reconnect for a fresh state.")
NO_HELLO = Close(4005, "No hello within ten seconds. Reconnect.")
CHANGED = Close(4007, "What you may see has changed. Reconnect.")
CROWDED = Close(4006, "Too many connections from one address. Reconnect later.")

BAD_FRAMES = Close(4400, _("This app and the server don't understand each other. Update the app."))
SIGNED_OUT = Close(4401, _("You are signed out. Sign in again."))
NOT_ALLOWED = Close(4403, _("You may not read this, or not any more."))
FOREIGN_ORIGIN = Close(4405, _("This page belongs to another site and can't use your sign-in."))
TOO_LARGE = Close(4413, _("This app sent more at once than the server accepts. Update the app."))
