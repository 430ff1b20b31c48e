"""`manage.py locate`: one JSON object for a point, three columns for a file."""

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from districts.models import Boundary, District, RoutingRule
from tests.districts.cities import place
from tests.districts.conftest import stored_box

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_stored_districts")]


def degrees(east: float, north: float) -> tuple[str, str]:
    """Latitude and longitude, as typed."""
    lon, lat = place(east, north)
    return f"{lat:.7f}", f"{lon:.7f}"


def ask(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("locate", *arguments, stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_a_point_gets_one_json_object() -> None:
    answer = ask(*degrees(9.9, 5), "--accuracy", "20")
    boundary = Boundary.objects.get(district__code="A")
    assert answer["district"] == "A"
    assert answer["name"] == "District A"
    assert answer["certainty"] == "uncertain"
    assert answer["reason"] == "Inside District A, but so near the border that District B may be meant."
    assert answer["distance_to_border_m"] == pytest.approx(8.2, abs=0.1)
    assert answer["alternatives"] == [{"district": "B", "distance_m": pytest.approx(8.2, abs=0.1)}]
    assert answer["boundary"] == boundary.pk


def test_outside_is_an_answer_and_no_error() -> None:
    answer = ask(*degrees(60, 60))
    assert (answer["district"], answer["certainty"]) == (None, "outside")


def test_a_category_and_a_day_are_heeded() -> None:
    body = District.objects.create(code="W", names={"en": "Water"}, kind="citywide")
    RoutingRule.objects.create(
        name="Pipes are the water company's.", categories=["leak"], district=body, valid_from=date(2026, 1, 1)
    )
    answer = ask(*degrees(5, 5), "--category", "leak", "--at", "2026-01-01")
    assert (answer["district"], answer["reason"]) == ("W", "Pipes are the water company's.")
    assert ask(*degrees(5, 5), "--category", "leak", "--at", "2025-12-31")["district"] == "A"
    assert ask(*degrees(5, 5), "--category", "lamp", "--at", "2026-01-01T12:00")["district"] == "A"
    assert ask(*degrees(5, 5), "--at", "2019-12-31")["certainty"] == "outside"


LAT, LON = degrees(5, 5)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nan", LON), "^lat: "),
        ((LAT, "nan"), "^lon: "),
        ((LAT, "inf"), "^lon: "),
        ((LON, LAT), "^lat: .*did you swap"),
        (("142.7", "23.3"), "^lat: .*swap"),
        ((LAT, "north"), "^lon: “north” is not a number"),
        ((LAT, LON, "--accuracy", "-5"), "^accuracy: "),
        ((LAT, LON, "--accuracy", "near"), "^accuracy: "),
        ((LAT,), "Give LAT and LON"),
        ((), "Give LAT and LON"),
        ((LAT, LON, "--at", "2026-13-01"), "is not a day"),
    ],
)
def test_what_is_no_position_is_refused_by_field(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        ask(*arguments)


def run_file(source: Path, *options: str) -> tuple[list[list[str]], str]:
    """The rows written, and what was said."""
    out, said = source.with_name("out.csv"), io.StringIO()
    call_command(
        "locate",
        "--csv",
        str(source),
        "--lat",
        "lat",
        "--lon",
        "lon",
        "--out",
        str(out),
        *options,
        stderr=said,
    )
    with out.open(encoding="utf-8", newline="", errors="surrogateescape") as written:
        return list(csv.reader(written)), said.getvalue()


def test_a_file_keeps_its_columns_and_its_order(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    a, b = degrees(5, 5), degrees(10, 5)
    source.write_text(
        f'note,lat,lon,№\n"x, ""y""\nz",{a[0]},{a[1]},1\nß,{b[0]},{b[1]},2\n', encoding="utf-8-sig"
    )
    rows, said = run_file(source)
    assert rows == [
        ["note", "lat", "lon", "№", "district", "certainty", "alternatives"],
        ['x, "y"\nz', *a, "1", "A", "certain", ""],
        ["ß", *b, "2", "A", "uncertain", "B:0"],
    ]
    assert said.strip() == "2 rows: 1 certain, 1 uncertain."


def test_a_bad_row_is_marked_and_kept(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    a, far = degrees(5, 5), degrees(60, 60)
    lines = [
        "id,lat,lon",
        f"1,{a[0]},{a[1]}",
        f"2,,{a[1]}",
        f"3,{a[0]},east",
        "4,nan,23",
        f"5,{a[1]},{a[0]}",
        "6,42.7",
        f"7,{a[0]},{a[1]},too,much",
        "8,95,23",
        f"9,{far[0]},{far[1]}",
    ]
    source.write_text("\n".join(lines) + "\n\n")
    rows, said = run_file(source)
    assert [row[0] for row in rows[1:]] == [str(i) for i in range(1, 10)]
    assert {len(row) for row in rows} == {6}
    marks = [row[4] for row in rows[1:]]
    assert (marks[0], marks[8]) == ("certain", "outside")
    for mark, field in zip(marks[1:8], ["lat", "lon", "lat", "lat", "row", "row", "lat"], strict=True):
        assert mark.startswith(f"invalid: {field}: ")
    assert "swap" in marks[4]
    assert rows[7][2] == f"{a[1]} too much"
    assert said.strip() == "9 rows: 1 certain, 7 invalid, 1 outside."


def test_a_file_s_categories_and_accuracies_are_heeded(tmp_path: Path) -> None:
    body = District.objects.create(code="W", names={"en": "Water"}, kind="citywide")
    RoutingRule.objects.create(name="pipes", categories=["leak"], district=body, valid_from=date(2020, 1, 1))
    source = tmp_path / "in.csv"
    a, near = degrees(5, 5), degrees(9.9, 5)
    source.write_text(
        f"lat,lon,c,m\n{a[0]},{a[1]},leak,\n{near[0]},{near[1]},lamp,20\n{near[0]},{near[1]},lamp,2\n"
    )
    rows, _ = run_file(source, "--category-column", "c", "--accuracy-column", "m")
    assert [row[4:6] for row in rows[1:]] == [["W", "certain"], ["A", "uncertain"], ["A", "certain"]]
    rows, _ = run_file(source, "--accuracy", "20")
    assert [row[5] for row in rows[1:]] == ["certain", "uncertain", "uncertain"]


def test_semicolons_and_decimal_commas_are_read(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    lat, lon = degrees(5, 5)
    source.write_text(f"id;lat;lon\n1;{lat.replace('.', ',')};{lon.replace('.', ',')}\n")
    call_command(
        "locate", "--csv", str(source), "--lat", "lat", "--lon", "lon", "--out", str(tmp_path / "o.csv")
    )
    assert (tmp_path / "o.csv").read_text().splitlines()[1].endswith(";A;certain;")


def test_bytes_that_are_no_utf_8_pass_through(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    lat, lon = degrees(5, 5)
    source.write_bytes(b"name,lat,lon\n\xd1\xf0\xe5\xe4\xe5\xf6," + f"{lat},{lon}\n".encode())
    run_file(source)
    assert b"\xd1\xf0\xe5\xe4\xe5\xf6," in (tmp_path / "out.csv").read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("id,latitude,lon\n", "no column “lat”; the file has: id, latitude, lon"),
        ("", "no column “lat”"),
        ("lat,lon,district\n1,2,3\n", "already has a column “district”"),
    ],
)
def test_a_file_that_can_t_be_read_leaves_nothing_behind(tmp_path: Path, content: str, words: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text(content)
    with pytest.raises(CommandError, match=words):
        run_file(source)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_the_file_that_is_read_is_not_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("lat,lon\n")
    with pytest.raises(CommandError, match="must not be the file that is read"):
        call_command("locate", "--csv", str(source), "--lat", "lat", "--lon", "lon", "--out", str(source))
    with pytest.raises(CommandError, match="needs --lat, --lon and --out"):
        call_command("locate", "--csv", str(source), "--lat", "lat", "--lon", "lon")
    with pytest.raises(CommandError, match="No such file"):
        call_command("locate", "--csv", "/no/such", "--lat", "a", "--lon", "b", "--out", str(tmp_path / "o"))


def test_a_file_of_many_chunks_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("districts.locating.table._ROWS_AT_ONCE", 7)
    source = tmp_path / "in.csv"
    spots = [degrees(i % 20 + 0.5, 5) for i in range(100)]
    source.write_text("id,lat,lon\n" + "".join(f"{i},{lat},{lon}\n" for i, (lat, lon) in enumerate(spots)))
    rows, said = run_file(source)
    assert [row[0] for row in rows[1:]] == [str(i) for i in range(100)]
    assert [row[3] for row in rows[1:]] == ["AB"[i % 20 >= 10] for i in range(100)]
    assert said.startswith("100 rows: 100 certain")


def test_a_stored_area_of_a_rule_is_heeded() -> None:
    body = District.objects.create(code="P", names={"en": "Parks"}, kind="citywide")
    RoutingRule.objects.create(
        name="The park", area=stored_box(4, 4, 6, 6), district=body, valid_from=date(2020, 1, 1)
    )
    assert ask(*degrees(5, 5))["district"] == "P"
