"""The reference client of docs/live-protocol.md: reconnects, recovers by offset, repeats commands by id.

Needs only `websockets`, not Django.
"""

from live.client.connection import GapFound, Known, LiveClient, Stopped

__all__ = ["GapFound", "Known", "LiveClient", "Stopped"]
