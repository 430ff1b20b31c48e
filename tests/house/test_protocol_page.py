"""docs/live-protocol.md names all that a client has to know: a native one is written from it alone."""

import re
from pathlib import Path

from django.conf import settings

from dispatch.models import DeclineReason, ObstacleReason
from live import closing
from reports.models import Outcome

LIVE = Path(closing.__file__).parent
PAGE = (LIVE.parent / "docs" / "live-protocol.md").read_text(encoding="utf-8")


def lines_with(word: str) -> list[str]:
    return [line for line in PAGE.splitlines() if line.startswith(f"| {word} |")]


def test_every_command_stands_there_with_the_codes_that_it_takes() -> None:
    rows = {name: lines_with(f"`{name}`") for name in settings.LIVE_COMMANDS}
    assert [name for name, found in rows.items() if len(found) != 1] == []
    codes = {
        "job.decline": DeclineReason.values,
        "job.obstruct": ObstacleReason.values,
        "job.finish": Outcome.values,
    }
    for name, values in codes.items():
        assert [value for value in values if f"`{value}`" not in rows[name][0]] == [], name


def test_every_way_in_which_the_server_closes_or_refuses_stands_there() -> None:
    closes = [each for each in vars(closing).values() if isinstance(each, closing.Close)]
    assert len(closes) > 10
    missing = [each.code for each in closes if not re.search(rf"^\| .*\b{each.code}\b", PAGE, re.MULTILINE)]
    assert missing == []
    refused = re.compile(r"FrameRefused\(\s*\"(\w+)\"")
    codes = {code for file in LIVE.glob("*.py") for code in refused.findall(file.read_text(encoding="utf-8"))}
    assert len(codes) > 5
    assert sorted(code for code in codes if f"`{code}`" not in PAGE) == []
