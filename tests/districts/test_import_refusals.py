"""What is wrong with a file of areas is said, with the place, and stops the import where it must."""

import io
import os
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command
from shapely.geometry.base import BaseGeometry

from districts.models import Boundary, District
from tests.districts.cities import LAT, LON, STEP, box
from tests.districts.sources import Row, geojson

pytestmark = pytest.mark.django_db
REAL = Path(os.environ.get("CITY_FILES", "/nowhere"))


def run(path: Path, *options: str) -> tuple[str, str]:
    """The report, and why nothing was imported."""
    out = io.StringIO()
    arguments = (str(path), "--code", "code", "--name", "name", "--valid-from", "2026-01-01", *options)
    try:
        call_command("import_districts", *arguments, stdout=out)
    except CommandError as refusal:
        return out.getvalue(), str(refusal)
    return out.getvalue(), ""


def row(code: str | None, geometry: BaseGeometry | None) -> Row:
    return ({"code": code, "name": f"District {code}"}, geometry)


def refused(path: Path) -> str:
    report, refusal = run(path)
    assert refusal.startswith("Nothing was imported")
    assert District.objects.count() == 0
    return report


def test_a_bow_tie_is_repaired_and_told_with_its_place(tmp_path: Path) -> None:
    tie = shapely.Polygon([(LON, LAT), (LON + STEP, LAT + STEP), (LON + STEP, LAT), (LON, LAT + STEP)])
    report, refusal = run(geojson(tmp_path / "a.geojson", [row("1", tie)]))
    assert not refusal
    assert "Geometries repaired: 1" in report
    assert "feature 1 (1): Self-intersection, 4 5" in report
    assert f"at {LON + STEP / 2:.6f}, {LAT + STEP / 2:.6f}" in report
    assert Boundary.objects.get().polygon.valid


def test_lines_and_points_beside_a_polygon_are_left_out(tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection([box(0, 0, 1, 1), shapely.Point(LON, LAT)])
    report, refusal = run(geojson(tmp_path / "a.geojson", [row("1", mixed)]))
    assert not refusal
    assert "points and lines beside the polygons" in report


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (shapely.LineString([(23, 42), (23.1, 42)]), "is a LineString where a polygon is wanted"),
        (shapely.Point(23, 42), "is a Point where a polygon is wanted"),
        (None, "has no geometry"),
        (shapely.Polygon([(23, 42), (23.1, 42), (23, 42)]), "encloses no area"),
        (
            shapely.box(322145, 4730023, 323000, 4731000),
            "has coordinates that can't be degrees, such as 323000, 4.73002e+06",
        ),
    ],
)
def test_what_is_no_area_stops_the_import(tmp_path: Path, geometry: BaseGeometry | None, words: str) -> None:
    report = refused(geojson(tmp_path / "a.geojson", [row("1", box(0, 0, 1, 1)), row("2", geometry)]))
    assert f"feature 2 (2) {words}" in report


def test_a_code_twice_stops_the_import(tmp_path: Path) -> None:
    rows = [row("1", box(0, 0, 1, 1)), row("2", box(1, 0, 2, 1)), row("1", box(2, 0, 3, 1))]
    assert "Duplicate codes: 1\n  1 in features 1, 3" in refused(geojson(tmp_path / "a.geojson", rows))


@pytest.mark.parametrize(("code", "words"), [(None, "has no code"), ("x" * 33, "longer than 32")])
def test_a_code_that_is_none_stops_the_import(tmp_path: Path, code: str | None, words: str) -> None:
    assert words in refused(geojson(tmp_path / "a.geojson", [row(code, box(0, 0, 1, 1))]))


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    rows = [row(None, box(0, 0, 1, 1)), row("2", None), row("3", shapely.Point(0, 0))]
    assert "Refused: 3" in refused(geojson(tmp_path / "a.geojson", rows))


def test_a_missing_field_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [({"kod": "1", "ime": "А"}, box(0, 0, 1, 1))])
    assert run(path)[1] == "There is no field code, name; the file has: kod, ime."


def test_two_fields_for_one_language_are_refused(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [row("1", box(0, 0, 1, 1))])
    assert "Two fields for the names in “en”" in run(path, "--name", "code:en")[1]


@pytest.mark.parametrize(
    "content", [b"", b"not a map", b'{"type": "FeatureCollection", "features": [', b"PK\3\4"]
)
def test_a_file_that_is_none_is_refused_in_words(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    assert "GDAL can't read" in run(path)[1]
    assert capfd.readouterr().err == ""


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "There is no file" in run(tmp_path / "b.geojson")[1]


def test_an_empty_layer_is_refused(tmp_path: Path) -> None:
    report, refusal = run(geojson(tmp_path / "a.geojson", []))
    assert refusal
    assert District.objects.count() == 0
    assert report == "" or "no features" in report


def test_a_crooked_day_is_a_usage_error(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [row("1", box(0, 0, 1, 1))])
    assert "is not a day" in run(path, "--valid-from", "yesterday")[1]


def test_overlaps_and_gaps_are_measured_and_placed(tmp_path: Path) -> None:
    rows = [
        row("1", box(0, 0, 10.1, 10)),
        row("2", box(10, 0, 20, 5)),
        row("3", box(10.2, 5, 20, 9)),
        row("4", box(0, 9, 20, 12)),
    ]
    report, refusal = run(geojson(tmp_path / "a.geojson", rows))
    assert not refusal
    # 0.1 × 5 steps of 82.1 m and 111.1 m; 0.1 × 4; 10.1 × 1.
    assert "1 District 1 / 2 District 2: 4 55" in report
    assert "1 District 1 / 4 District 4: 91 9" in report
    assert "Gaps and slivers between neighbours over 1 m²: 1, 3 6" in report
    assert f"at {LON + 10.15 * STEP:.6f}, {LAT + 7 * STEP:.6f}" in report


def test_districts_that_the_file_leaves_alone_are_neighbours_too(tmp_path: Path) -> None:
    run(geojson(tmp_path / "a.geojson", [row("1", box(0, 0, 10, 10)), row("2", box(10, 0, 20, 10))]))
    report, _ = run(geojson(tmp_path / "b.geojson", [row("2", box(9, 0, 20, 10))]), "--dry-run")
    assert "Overlaps over 1 m²: 1" in report


@pytest.mark.skipif(not REAL.is_dir(), reason="CITY_FILES names no folder with the real cities' files")
class TestRealCities:
    def test_sofia_s_districts_are_clean(self) -> None:
        report, refusal = run_real("sofia/districts.geojson", "name_bg")
        assert not refusal
        assert "24 features" in report
        assert "repaired" not in report
        assert "Overlaps" not in report
        assert "New boundaries: 24" in report

    def test_sofia_s_quarters_are_repaired(self) -> None:
        run_real("sofia/districts.geojson", "name_bg")
        report, refusal = run_real("sofia/quarters.geojson", "name_bg", "--kind", "neighbourhood")
        assert not refusal
        assert "Geometries repaired: 2" in report
        assert "Overlaps over 1 m²: 3" in report
        assert "New neighbourhoods: 310" in report

    def test_istanbul_s_overlaps_and_slivers_are_told(self) -> None:
        report, refusal = run_real("istanbul/districts.geojson", "name_tr")
        assert not refusal
        assert "Overlaps over 1 m²: 12, 404 847 m² in all" in report
        # 42 gaps, of which one is under 1 m².
        assert "neighbours over 1 m²: 41, 338 660 m² in all" in report


def run_real(path: str, name: str, *options: str) -> tuple[str, str]:
    out = io.StringIO()
    arguments = (str(REAL / path), "--code", "code", "--name", name, "--valid-from", "2026-01-01", *options)
    try:
        call_command("import_districts", *arguments, stdout=out)
    except CommandError as refusal:
        return out.getvalue(), str(refusal)
    return out.getvalue(), ""
