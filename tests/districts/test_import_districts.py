"""Taking over areas: idempotent, dated, all or nothing, from whatever GDAL reads."""

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from districts import locating
from districts.models import Boundary, District, DistrictKind, Neighbourhood, ResponsibilityVersion
from tests.districts.cities import AT, box, place
from tests.districts.sources import Row, geojson, translated

pytestmark = pytest.mark.django_db
DAY = "2026-01-01"


def run(path: Path, *options: str, name: str = "name_bg") -> str:
    out = io.StringIO()
    call_command("import_districts", str(path), "--code", "code", "--name", name, *options, stdout=out)
    return out.getvalue()


def two_rows() -> list[Row]:
    return [
        ({"code": "01", "name_bg": "Средец", "name_en": "Sredets"}, box(0, 0, 10, 10)),
        ({"code": "02", "name_bg": "Лозенец", "name_en": "Lozenets"}, box(10, 0, 20, 10)),
    ]


@pytest.fixture
def two(tmp_path: Path) -> Path:
    return geojson(tmp_path / "two.geojson", two_rows())


def stamp() -> Any:
    return ResponsibilityVersion.stamp()


def test_districts_are_created_with_their_names_and_boundaries(two: Path) -> None:
    report = run(two, "--name", "name_en:en", "--valid-from", DAY, "--source", "Survey 2025, EUPL")
    assert report.splitlines() == [
        "2 features in layer two (WGS 84)",
        "New districts: 2",
        "New boundaries: 2",
        "Done.",
    ]
    lozenets = District.objects.get(code="02")
    assert (lozenets.names, lozenets.kind, lozenets.position) == (
        {"bg": "Лозенец", "en": "Lozenets"},
        DistrictKind.DISTRICT,
        1,
    )
    boundary = lozenets.boundaries.get()
    assert (boundary.valid_from, boundary.valid_to) == (date(2026, 1, 1), None)
    assert (boundary.source, boundary.approximate) == ("Survey 2025, EUPL", False)
    assert locating.locate(point=place(15, 5), at=AT).district == "02"


def test_the_same_file_again_changes_nothing(two: Path) -> None:
    run(two, "--valid-from", DAY)
    before = stamp()
    report = run(two, "--valid-from", "2026-06-01")
    assert "Unchanged districts: 2" in report
    assert "Unchanged boundaries: 2" in report
    assert stamp() == before


def test_a_changed_polygon_closes_the_old_boundary_and_opens_a_new_one(two: Path, tmp_path: Path) -> None:
    run(two, "--valid-from", DAY)
    moved = [two_rows()[0], (two_rows()[1][0], box(10, 0, 25, 10))]
    report = run(geojson(tmp_path / "moved.geojson", moved), "--valid-from", "2026-06-01")
    assert "Changed boundaries: 1" in report
    old, new = Boundary.objects.filter(district__code="02").order_by("valid_from")
    assert (old.valid_from, old.valid_to) == (date(2026, 1, 1), date(2026, 6, 1))
    assert (new.valid_from, new.valid_to, new.source) == (date(2026, 6, 1), None, "moved.geojson")


def test_a_correction_on_the_same_day_replaces_the_polygon(two: Path, tmp_path: Path) -> None:
    run(two, "--valid-from", DAY)
    key = Boundary.objects.get(district__code="02").pk
    moved = [two_rows()[0], (two_rows()[1][0], box(10, 0, 25, 10))]
    assert "Corrected boundaries: 1" in run(geojson(tmp_path / "m.geojson", moved), "--valid-from", DAY)
    assert Boundary.objects.get(district__code="02").pk == key


def test_a_change_before_the_boundary_s_own_first_day_is_refused(two: Path, tmp_path: Path) -> None:
    run(two, "--valid-from", DAY)
    moved = [two_rows()[0], (two_rows()[1][0], box(10, 0, 25, 10))]
    with pytest.raises(CommandError, match="choose a later --valid-from"):
        run(geojson(tmp_path / "m.geojson", moved), "--valid-from", "2025-01-01")
    assert Boundary.objects.count() == 2


def test_a_new_name_renames_and_keeps_other_languages(two: Path, tmp_path: Path) -> None:
    run(two, "--name", "name_en:en", "--valid-from", DAY)
    renamed = [two_rows()[0], ({"code": "02", "name_bg": "Нов Лозенец"}, box(10, 0, 20, 10))]
    assert "Renamed districts: 1" in run(geojson(tmp_path / "m.geojson", renamed), "--valid-from", DAY)
    assert District.objects.get(code="02").names == {"bg": "Нов Лозенец", "en": "Lozenets"}


def test_a_dry_run_reports_the_same_and_writes_nothing(two: Path) -> None:
    report = run(two, "--valid-from", DAY, "--dry-run")
    assert "New districts: 2" in report
    assert report.endswith("A trial: nothing was written.\n")
    assert District.objects.count() == 0


def test_the_first_day_is_today_by_default_and_areas_can_be_labelled(two: Path, frozen_clock: object) -> None:
    run(two, "--approximate")
    assert {b.valid_from for b in Boundary.objects.all()} == {date(2026, 11, 3)}
    assert all(b.approximate for b in Boundary.objects.all())
    assert "Relabelled boundaries: 2" in run(two)
    assert not any(b.approximate for b in Boundary.objects.all())


def test_a_city_wide_body_is_imported_as_such_and_answers_nowhere_by_itself(
    two: Path, tmp_path: Path
) -> None:
    run(two, "--valid-from", DAY)
    whole = geojson(tmp_path / "whole.geojson", [({"code": "W", "name_bg": "Община"}, box(-5, -5, 30, 30))])
    assert "Overlaps" not in run(whole, "--kind", "citywide", "--valid-from", DAY)
    assert District.objects.get(code="W").kind == DistrictKind.CITYWIDE
    assert locating.locate(point=place(5, 5), at=AT).certainty == "certain"
    with pytest.raises(CommandError, match="known as a city-wide body"):
        run(whole, "--valid-from", DAY)


def test_neighbourhoods_find_their_district(two: Path, tmp_path: Path) -> None:
    run(two, "--valid-from", DAY)
    hoods: list[Row] = [
        ({"code": "n1", "name_bg": "кв. Изток", "d": "01"}, box(9, 0, 15, 5)),
        ({"code": "n2", "name_bg": "кв. Изток", "d": "01"}, box(0, 0, 5, 5)),
        ({"code": "n3", "name_bg": None, "d": "02"}, box(0, 5, 5, 9)),
    ]
    path = geojson(tmp_path / "hoods.geojson", hoods)
    report = run(path, "--kind", "neighbourhood", "--valid-from", DAY)
    assert "New neighbourhoods: 3" in report
    assert "feature 3 (n3) has no name; its code stands in" in report
    rows = {n.code: n for n in Neighbourhood.objects.all()}
    assert {code: n.district.code for code, n in rows.items()} == {"n1": "02", "n2": "01", "n3": "01"}
    assert {n.slug for n in rows.values()} == {"кв-изток", "кв-изток-n2", "n3"}
    assert rows["n3"].name == "n3"
    before = stamp()
    assert "Unchanged neighbourhoods: 3" in run(path, "--kind", "neighbourhood", "--valid-from", DAY)
    assert stamp() == before
    report = run(path, "--kind", "neighbourhood", "--valid-from", DAY, "--district", "d")
    assert "Relabelled neighbourhoods: 2" in report
    assert Neighbourhood.objects.get(code="n3").district.code == "02"


def test_a_neighbourhood_outside_every_district_stops_the_import(two: Path, tmp_path: Path) -> None:
    run(two, "--valid-from", DAY)
    far = geojson(
        tmp_path / "far.geojson",
        [
            ({"code": "n1", "name_bg": "В"}, box(1, 1, 2, 2)),
            ({"code": "n9", "name_bg": "Далеч"}, box(90, 90, 95, 95)),
        ],
    )
    with pytest.raises(CommandError, match="n9 Далеч lies in no district"):
        run(far, "--kind", "neighbourhood", "--valid-from", DAY)
    assert Neighbourhood.objects.count() == 0


def corners(code: str) -> Any:
    return Boundary.objects.get(district__code=code).polygon.extent


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("degrees.gpkg", ()),
        ("metres.gpkg", ("-t_srs", "EPSG:32634")),
        ("degrees.shp", ("-lco", "ENCODING=UTF-8")),
        ("metres.shp", ("-t_srs", "EPSG:7801", "-lco", "ENCODING=UTF-8")),
        ("metres.fgb", ("-t_srs", "EPSG:3857")),
        ("height.gpkg", ("-dim", "XYZ")),
    ],
)
def test_other_formats_and_projections_give_the_same_districts(
    two: Path, tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    run(two, "--valid-from", DAY)
    expected = corners("02")
    Boundary.objects.all().delete()
    District.objects.all().delete()
    run(translated(two, tmp_path / name, *options), "--valid-from", DAY)
    assert District.objects.get(code="02").names["bg"] == "Лозенец"
    assert corners("02") == pytest.approx(expected, abs=2e-8)
    assert not Boundary.objects.get(district__code="02").polygon.hasz


def test_a_zipped_shapefile_in_a_folder_is_found(two: Path, tmp_path: Path) -> None:
    shape = translated(two, tmp_path / "two.shp", "-lco", "ENCODING=UTF-8")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for part in tmp_path.glob(f"{shape.stem}.[!gz]*"):
            archive.write(part, f"data/{part.name}")
    assert "New districts: 2" in run(tmp_path / "two.zip", "--valid-from", DAY)


def test_of_several_layers_one_must_be_chosen(two: Path, tmp_path: Path) -> None:
    path = translated(two, tmp_path / "layers.gpkg", "-nln", "first")
    translated(two, path, "-update", "-nln", "second")
    with pytest.raises(CommandError, match="--layer; the file has: first, second"):
        run(path, "--valid-from", DAY)
    assert "in layer second" in run(path, "--valid-from", DAY, "--layer", "second")


def test_without_a_projection_nothing_is_guessed(two: Path, tmp_path: Path) -> None:
    shape = translated(two, tmp_path / "bare.shp", "-t_srs", "EPSG:32634", "-lco", "ENCODING=UTF-8")
    shape.with_suffix(".prj").unlink()
    with pytest.raises(CommandError, match="names no projection"):
        run(shape, "--valid-from", DAY)
    assert "New districts: 2" in run(shape, "--valid-from", DAY, "--srid", "32634")
