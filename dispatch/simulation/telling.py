"""What a run says: a line for each thing that happens, and the sum of them at its end."""

from collections import Counter
from collections.abc import Callable

from django.utils import timezone

# In the order of the summary.
_NAMES = {
    "reported": "reported",
    "assigned": "assigned by the simulated desk",
    "sent_again": "sent again by the simulated desk",
    "merged": "merged by the simulated desk",
    "accepted": "accepted",
    "declined": "declined",
    "fixed": "fixed",
    "made_safe": "made safe",
    "nothing_found": "nothing found",
    "obstructed": "obstructed",
    "confirmed": "confirmed by their residents",
    "reopened": "opened again by their residents",
    "positions": "positions sent",
    "refused": "refused by the server",
}


class Diary:
    """Says what happens, and counts it."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self.counts: Counter[str] = Counter()

    def note(self, who: str, what: str, *, counts_as: str = "") -> None:
        """A line with the time of the day."""
        if counts_as:
            self.counts[counts_as] += 1
        self._say(f"{timezone.localtime():%H:%M:%S}  {who:<22} {what}")

    def sum_up(self) -> str:
        told = [f"{self.counts[key]} {words}" for key, words in _NAMES.items() if self.counts[key]]
        return f"In all: {', '.join(told)}." if told else "Nothing happened."
