"""What bin/check looks for on its own is found."""

from pathlib import Path

import pytest

from tests.bed.locks import lock_problems
from tests.bed.markup import markup_problems


@pytest.mark.parametrize(
    "markup",
    [
        "<script>alert(1)</script>",
        '<script type="module">import "./x.js"</script>',
        "<style>p { color: red }</style>",
        '<p class="x" style="color: red">',
        '<button type="button"\n  onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_a_template_with_script_or_style_of_its_own_is_found(tmp_path: Path, markup: str) -> None:
    template = tmp_path / "page.html"
    template.write_text(f"<main>\n{markup}</main>")
    assert [problem.split(":")[1] for problem in markup_problems([template])] == ["2"]


def test_data_blocks_and_linked_scripts_are_fine(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text(
        '<script id="texts" type="application/json">{}</script>'
        '<script type="module" src="/static/x.js"></script>'
        '<link rel="stylesheet" href="/static/x.css"><p data-on="x" data-style="y">'
    )
    assert markup_problems([template]) == []


def test_the_lock_files_hold_what_is_asked_for() -> None:
    assert lock_problems() == []
