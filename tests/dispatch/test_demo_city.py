"""The demo city: told through the services, with people of its own."""

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from accounts.models import User
from dispatch.demo import pictures
from dispatch.demo.city import build_city
from dispatch.demo.names import FAMILIES, MEN, WOMEN, invent_names
from dispatch.models import Crew, Job, JobStatus
from districts import locating
from live.models import Event
from reports.models import BorderDecision, Contact, Photo, PhotoRole, Report, ReportStatus

CYRILLIC_NAME = re.compile(r"[А-Я][а-я]+ [А-Я][а-я]+")
LATIN_NAME = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+")


def test_names_come_again_only_when_all_have_come() -> None:
    names = invent_names(Random(1))  # noqa: S311 - invented people
    every = len(FAMILIES) * (len(WOMEN) + len(MEN))
    first = [next(names) for _number in range(every)]
    assert len(set(first)) == every
    assert all(CYRILLIC_NAME.fullmatch(name) for name in first)
    assert {name.split()[1][-1] for name in first if name.split()[0] in WOMEN} == {"а"}
    assert not any(name.endswith("а") for name in first if name.split()[0] in MEN)


def test_the_files_of_a_start_that_was_killed_are_in_nobodys_way(
    db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    monkeypatch.setattr(pictures, "SCENES", {"lamp": None})
    wanted: dict[str, Any] = {
        "fixed": False,
        "role": PhotoRole.RESIDENT,
        "uploader": None,
        "at": timezone.now(),
    }
    for _start in range(2):
        pool = pictures.Pool(tmp_path / "scenes", Random(1))  # noqa: S311 - no secret
        photo = pool.make_photo("lamp", 0, **wanted)
        Photo.objects.filter(pk=photo.pk).delete()
    with Image.open(settings.MEDIA_ROOT / photo.small) as image:
        image.load()


@pytest.fixture
def city(db: None, tmp_path: Path, settings: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path / "media"
    locating.forget()
    build_city(tmp_path / "demo", reports=16, now=timezone.now(), given=None, say=lambda words: None)
    yield
    locating.forget()


def test_a_city_has_people_with_names_of_its_country_and_a_past_that_the_log_knows(
    city: None, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    people = User.objects.all()
    assert len({person.name for person in people}) == len(people) == 1 + 24 * 5
    assert all(CYRILLIC_NAME.fullmatch(person.name) for person in people)
    assert all(person.email.isascii() for person in people)
    for report in Report.objects.all():
        wanted = CYRILLIC_NAME if report.language == "bg" else LATIN_NAME
        assert wanted.fullmatch(Contact.objects.get(report=report).name)
    assert Report.objects.count() == 16
    assert Event.objects.filter(kind="report.received", stream__name__startswith="report:").count() == 16
    fixed = Report.objects.filter(status__in=[ReportStatus.RESOLVED, ReportStatus.CLOSED])
    done = Job.objects.filter(status=JobStatus.DONE, outcome="fixed", report__in=fixed)
    assert done.count() == fixed.count() > 0
    assert all(job.proofs.get().photo.released_at for job in done)
    assert all((settings.MEDIA_ROOT / photo.large).exists() for photo in Photo.objects.all())

    kinds = BorderDecision.objects.filter(kind=BorderDecision.Kind.HANDED_OVER)
    assert any("09" in {each.from_district.code, each.to_district.code} for each in kinds)

    call_command("demo_accounts", address="http://127.0.0.1:8000")
    printed = capsys.readouterr().out
    for email in ("dispatcher-09@mahala.example", "supervisor-09@mahala.example"):
        assert f"{email}   {User.objects.get(email=email).name}" in printed
    assert str(Crew.objects.get(members__email="crew-09-1@mahala.example")) in printed
