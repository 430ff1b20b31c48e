"""What docs/api.md tells people to type works."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from mobile_api.views.docs import describe
from tests.bed.process import LiveProcess
from tests.factories import jpeg_bytes

DOC = Path(settings.BASE_DIR) / "docs" / "api.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the document's lines are for curl")
def test_the_lines_of_the_document_run_as_they_stand(live_process: LiveProcess, tmp_path: Path) -> None:
    password = "a long enough password"
    job = live_process.call("tests.mobile_api.seeding:seed_crew", email="crew@example.org", password=password)
    tracker = live_process.call("tests.mobile_api.seeding:give_tracker", email="crew@example.org")
    (tmp_path / "hole.jpg").write_bytes(jpeg_bytes())
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", _script(live_process.url)],
        cwd=tmp_path,
        env={**os.environ, "TRACKER": tracker},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count('"links"') == 2
    assert done.stdout.count('"ok":true') == 4
    assert job in done.stdout


def _script(url: str) -> str:
    blocks = re.findall(r"```sh\n(.*?)```", DOC.read_text(encoding="utf-8"), flags=re.S)
    script = "\n".join(blocks).replace("http://127.0.0.1:8000", url)
    return script.replace("curl -s", "curl -sS --fail-with-body --max-time 30")


def test_every_operation_is_told_of(db: None) -> None:
    text = DOC.read_text(encoding="utf-8").replace("$API", "/api/v1").replace("K7Q-3MX", "{code}")
    assert [path for path in describe("en")["paths"] if path not in text] == []
