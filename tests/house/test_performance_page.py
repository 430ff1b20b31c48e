"""The page of measurements: a section for each bench, replaced by its next run."""

import re

from bench import record
from bench.record import BENCHES, PAGE, Run, with_section
from tests.bed.databases import ROOT


def run(name: str, printed: str, *, is_kept: bool = True) -> Run:
    return Run(name, printed, is_kept, 61.4, "2026-11-03", "2 cores, 24 GiB of memory")


def test_every_bench_that_can_be_run_has_its_section() -> None:
    runnable = {
        path.stem
        for path in (ROOT / "bench").glob("*.py")
        if "__main__" in path.read_text() and "def main" in path.read_text()
    }
    assert runnable - {"record", "clients"} == set(BENCHES)
    assert re.findall(r"^<!-- (\w+) -->$", PAGE.read_text(), re.MULTILINE) == list(BENCHES)


def test_a_run_replaces_its_own_section_and_leaves_the_others() -> None:
    page = with_section(record.HEAD, run("photo", "ratio 1.2"))
    page = with_section(page, run("locate", "ratio 2.0"))
    again = with_section(page, run("photo", "ratio 1.3", is_kept=False))
    assert again.index("ratio 2.0") < again.index("ratio 1.3")
    assert "ratio 1.2" not in again
    assert "`bench/photo.py`, 2026-11-03, 61 s: **a bound was missed**." in again
    assert "`bench/locate.py`, 2026-11-03, 61 s: every bound kept." in again
    assert with_section(again, run("photo", "ratio 1.3", is_kept=False)) == again
