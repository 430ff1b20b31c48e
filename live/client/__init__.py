"""The reference client of docs/live-protocol.md: reconnects, recovers by offset, repeats commands by id.

Needs only `websockets`, not Django.
"""

from live.client.connection import GapFound, LiveClient, Stopped
from live.client.remembering import Known

__all__ = ["GapFound", "Known", "LiveClient", "Stopped"]
