"""Where crews are and were. Lossy: the latest wins, and none of it is in the log."""

from dispatch.tracking.fixes import Fix, InvalidPosition
from dispatch.tracking.lately import forget, last_fixes
from dispatch.tracking.receiving import receive_crew_fix, receive_positions

__all__ = [
    "Fix",
    "InvalidPosition",
    "forget",
    "last_fixes",
    "receive_crew_fix",
    "receive_positions",
]
