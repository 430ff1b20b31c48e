"""The columns of each table, in words."""

from dataclasses import replace

from django.utils.translation import gettext_lazy, pgettext_lazy

from dispatch.stats.counting import Fate
from dispatch.stats.tables import Column

OPEN = (
    Column("open", gettext_lazy("Open"), tone="planned"),
    Column("late", gettext_lazy("Late"), tone="late"),
    Column("todo", gettext_lazy("Wait for a decision")),
    Column("moving", gettext_lazy("With a crew")),
    Column("waiting", gettext_lazy("Wait for the resident")),
    Column("passed", gettext_lazy("… past the promised time")),
    Column("reopened", gettext_lazy("Reopened")),
)
_WHOLE, _CLOCK = gettext_lazy("Whole time"), gettext_lazy("Clock that pauses")
_HALF, _MOST = gettext_lazy("half within"), gettext_lazy("9 of 10 within")
TIMES = (
    Column("whole_median", _HALF, "whole", _WHOLE, "late"),
    Column("whole_most", _MOST, "whole", _WHOLE, "late"),
    Column("clock_median", _HALF, "clock", _CLOCK, "planned"),
    Column("clock_most", _MOST, "clock", _CLOCK, "planned"),
)
TAKEN = (Column("count", gettext_lazy("Number")), *TIMES)
_BECAME = gettext_lazy("What became of them")
RECEIVED = (
    Column("received", gettext_lazy("Came in"), tone="planned"),
    Column("late", gettext_lazy("Late"), tone="late"),
    Column("reopened", gettext_lazy("Reopened")),
    Column("fixed", gettext_lazy("Fixed"), under=_BECAME),
    Column("rejected", gettext_lazy("Not taken on"), under=_BECAME),
    Column("nothing_found", pgettext_lazy("outcome", "Nothing found"), under=_BECAME),
    Column("merged", gettext_lazy("Merged"), under=_BECAME),
    Column("referred", gettext_lazy("Passed on"), under=_BECAME),
    Column("waiting", gettext_lazy("Wait"), under=_BECAME),
    Column("open", gettext_lazy("Open"), under=_BECAME),
    *(replace(column, tone="") for column in TIMES),
)
KEPT = (
    Column("repairs", gettext_lazy("Repairs"), tone="fixed"),
    Column("came_back", gettext_lazy("Broke again"), tone="late"),
    Column("share", gettext_lazy("Share"), "share"),
)
FATES = (
    Column("whole", gettext_lazy("Number")),
    Column("share", gettext_lazy("Share"), "share"),
    Column("late", gettext_lazy("Late among them"), tone="late"),
    Column("late_share", gettext_lazy("Share late"), "share"),
)
FATE_WORDS = {
    Fate.FIXED: (gettext_lazy("Fixed"), "fixed"),
    Fate.OPEN: (gettext_lazy("Open"), "planned"),
    Fate.WAITING: (gettext_lazy("Wait for the resident"), "moving"),
    Fate.REJECTED: (gettext_lazy("Not taken on"), "quiet"),
    Fate.NOTHING_FOUND: (gettext_lazy("Nothing found by the crew"), "new"),
    Fate.MERGED: (gettext_lazy("Merged with another report"), "line"),
    Fate.REFERRED: (gettext_lazy("Passed to another body"), "brand"),
}
