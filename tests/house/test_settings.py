"""Settings come from the environment; what can't be read stops the start and names its variable."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from config import env
from config.secret import read_secret_key
from tests.bed.databases import ROOT, clean_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://somewhere/mahala"),
        ("MAHALA_DEBUG", "perhaps"),
        ("MAHALA_OUTSIDE_MARGIN_M", "far"),
        ("MAHALA_BASEMAP", "missing.pmtiles"),
        ("MAHALA_TIME_ZONE", "Mars/Base"),
        ("MAHALA_LANGUAGE", "xx"),
        ("MAHALA_RATE_REPORT", "often"),
    ],
)
def test_an_unreadable_value_stops_the_start_and_names_its_variable(
    name: str, value: str, tmp_path: Path
) -> None:
    done = _start({name: value, "MAHALA_VAR": str(tmp_path)})
    assert done.returncode != 0
    assert f"{name}: expected" in done.stderr


def test_production_does_not_start_without_a_signing_key(tmp_path: Path) -> None:
    home = {"DATABASE_URL": "postgis://localhost/mahala", "MAHALA_SECRET_KEY": ""}
    done = _start({**home, "MAHALA_VAR": str(tmp_path)})
    assert done.returncode != 0
    assert "MAHALA_SECRET_KEY: expected" in done.stderr


def _start(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env=clean_environment(environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_embedded_home_makes_its_key_once_and_keeps_it_to_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MAHALA_SECRET_KEY", raising=False)
    first = read_secret_key(tmp_path, embedded=True)
    assert len(first) > 50
    assert read_secret_key(tmp_path, embedded=True) == first
    assert stat.S_IMODE(os.stat(tmp_path / "secret-key").st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret-key"]


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (env.database, "postgis://localhost:notaport/mahala"),
        (env.database, "postgis://localhost/"),
        (env.email, "pigeon://roof"),
        (lambda name: env.address(name, "", {"https"}), "city.example.org"),
        (lambda name: env.number(name, 3, least=0, most=5), "-5"),
        (lambda name: env.number(name, 3, least=0, most=5), "nan"),
        (env.file, "missing.pmtiles"),
        (lambda name: env.whole(name, 3, least=0, most=5), "2.5"),
        (lambda name: env.choice(name, "a", ["a", "b"]), "c"),
        (lambda name: env.rate(name, "1/hour"), "0/hour"),
        (lambda name: env.rate(name, "1/hour"), "30/fortnight"),
        (lambda name: env.time_zone(name, "UTC"), "../../etc/passwd"),
        (lambda name: env.address(name, "", {"http"}), "http://[half"),
    ],
)
def test_every_reader_refuses_what_it_can_not_use(
    read: Callable[[str], object], value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAHALA_TRIED", value)
    with pytest.raises(env.SettingUnreadable, match="MAHALA_TRIED: expected"):
        read("MAHALA_TRIED")


def test_an_address_of_a_database_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgis://ann:p%40ss@db.example.org:5433/city?sslmode=require")
    settings = env.database("DATABASE_URL")
    assert settings is not None
    assert (settings["USER"], settings["PASSWORD"], settings["HOST"]) == ("ann", "p@ss", "db.example.org")
    assert (settings["PORT"], settings["NAME"]) == ("5433", "city")
    assert settings["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("postgis://ann@%2Fvar%2Frun%2FPostgres/city", "/var/run/Postgres", ""),
        ("postgis://%2Frun%2Fown:5433/city", "/run/own", "5433"),
        ("postgis:///city", "", ""),
    ],
)
def test_a_database_is_reached_by_the_folder_of_its_socket(
    monkeypatch: pytest.MonkeyPatch, address: str, host: str, port: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    settings = env.database("DATABASE_URL")
    assert settings is not None
    assert (settings["HOST"], settings["PORT"]) == (host, port)
