"""Shifts from a CSV file: all or nothing, told by line and field, and the same file twice is once."""

from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from dispatch.models import Shift
from dispatch.services import shift_import
from dispatch.services.shift_import import ImportReport, import_shifts
from tests.dispatch.factories import AT, Scene, make_crew, make_district

pytestmark = pytest.mark.django_db
HEAD = "crew,day,starts,ends,breaks,district\n"


def take(text: str, scene: Scene | None = None, *, trial: bool = False) -> ImportReport:
    actor = scene.dispatcher if scene else None
    return import_shifts(text.encode(), actor=actor, at=AT, is_trial=trial)


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.new, report.changed, report.unchanged


def told(report: ImportReport) -> list[tuple[int, str]]:
    return [(fault.line, fault.field) for fault in report.faults]


def test_the_same_file_again_changes_nothing_and_other_times_change_the_shift() -> None:
    scene = Scene()
    row = f'{scene.crew.name},2026-11-03,08:00,16:30,"12:00-12:30, 15:00-15:15",\n'
    assert counts(take(HEAD + row, scene)) == (1, 0, 0)
    assert counts(take(HEAD + row, scene)) == (0, 0, 1)
    assert counts(take(HEAD + row.replace("16:30", "17:00"), scene)) == (0, 1, 0)
    assert Shift.objects.get().breaks.count() == 2


def test_a_trial_reports_the_same_and_writes_nothing() -> None:
    scene = Scene()
    report = take(f"{HEAD}{scene.crew.name},2026-11-03,08:00,16:30,,\n", scene, trial=True)
    assert (counts(report), report.is_written) == ((1, 0, 0), False)
    assert not Shift.objects.exists()


def test_a_file_is_too_long_by_its_lines_and_not_by_their_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shift_import, "MOST_ROWS", 2)
    row = "Nobody,7.11.2026,8h,25:00,,\n"
    assert told(take(HEAD + 2 * row))[-1] == (3, "ends")
    assert told(take(HEAD + 3 * row))[-1] == (4, "")


def test_one_fault_keeps_everything_out_and_all_faults_are_told() -> None:
    scene, name = Scene(), Scene().crew.name
    rows = [
        f"{scene.crew.name},2026-11-03,08:00,16:30,,",
        f"{scene.crew.name},2026-11-03,16:00,20:00,,",
        f"{scene.crew.name},3.11.2026,08:00,16:30,,",
        f"{scene.crew.name},2026-11-05,8h,16:30,,",
        f"{scene.crew.name},2026-11-06,08:00,16:30,17:00-17:30,",
        "Nobody,2026-11-07,08:00,16:30,,",
        f"{name},2026-11-03,08:00",
        "Nobody,7.11.2026,8h,25:00,,",
    ]
    report = take(HEAD + "\n".join(rows), scene)
    found = [(3, "starts"), (4, "day"), (5, "starts"), (6, "breaks"), (7, "crew"), (8, "ends")]
    assert told(report) == [*found, (9, "crew"), (9, "day"), (9, "starts"), (9, "ends")]
    assert not Shift.objects.exists()


def test_a_file_from_a_spreadsheet_is_read_too() -> None:
    scene = Scene()
    text = f"\ufeffcrew;day;starts;ends\r\n{scene.crew.name};2026-11-03;8:00;16.30\r\n"
    assert counts(take(text, scene)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", [(1, "crew"), (1, "day"), (1, "starts"), (1, "ends")]),
        (b"crew,day,starts\n", [(1, "ends")]),
        (b"\xff\xfe\x00", [(1, "")]),
        (b"x" * 1_000_001, [(1, "")]),
    ],
)
def test_files_that_are_no_such_table_say_so(data: bytes, found: list[tuple[int, str]]) -> None:
    assert told(import_shifts(data, actor=None, at=AT))[: len(found)] == found


def test_nobody_plans_for_a_crew_of_another_desk() -> None:
    scene, other = Scene(), Scene("far")
    report = take(f"{HEAD}{other.crew.name},2026-11-03,08:00,16:30,,\n", scene)
    assert told(report) == [(2, "crew")]


def test_crews_of_the_same_name_are_told_apart_by_their_district() -> None:
    for code in ("north", "south"):
        make_crew(make_district(code), name="First")
    row = "First,2026-11-03,08:00,16:30,,"
    assert told(take(HEAD + row)) == [(2, "district")]
    assert counts(take(f"{HEAD}{row}south")) == (1, 0, 0)


def test_the_page_checks_imports_and_shows_what_is_wrong() -> None:
    scene = Scene()
    desk = Client()
    desk.force_login(scene.dispatcher)
    good = f"{HEAD}{scene.crew.name},2026-11-03,08:00,16:30,,\n"

    def upload(text: str, **button: str) -> str:
        file = SimpleUploadedFile("shifts.csv", text.encode())
        fields = {"file": file, "district_code": scene.district.code, **button}
        return desk.post("/desk/shifts/import/", fields).content.decode()

    assert "Checked, nothing was written." in upload(good, check="1")
    assert "Line 2, <code>crew</code>" in upload(good.replace(scene.crew.name, "Nobody"))
    assert not Shift.objects.exists()
    assert "Imported." in upload(good)
    assert Shift.objects.count() == 1


def test_the_command_does_the_same_and_fails_with_the_faults(tmp_path: Path) -> None:
    scene, out, err = Scene(), StringIO(), StringIO()
    file = tmp_path / f"{uuid4()}.csv"
    file.write_text(f"{HEAD}{scene.crew.name},2026-11-03,08:00,16:30,,\n")
    call_command("import_shifts", str(file), "--dry-run", stdout=out)
    assert not Shift.objects.exists()
    call_command("import_shifts", str(file), stdout=out)
    assert "New: 1" in out.getvalue()
    file.write_text(f"{HEAD}Nobody,2026-11-03,08:00,16:30,,\n")
    with pytest.raises(CommandError):
        call_command("import_shifts", str(file), stderr=err)
    assert "line 2, crew" in err.getvalue()
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_shifts", str(tmp_path / "missing.csv"))
