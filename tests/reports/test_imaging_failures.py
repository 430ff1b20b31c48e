"""What happens when the child that decodes a photo is killed, starved or slow, or two want it at once."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reports.imaging import child
from reports.imaging.limits import LIMITS, Limits
from reports.imaging.machine_lock import LockBusy, one_at_a_time
from reports.imaging.process import Processed, process
from reports.imaging.refusals import PhotoRefused, ProcessingFailed
from tests.reports.pictures import photo

IMPATIENT = LIMITS._replace(wait_seconds=0.2)


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Processed]:
    """Process a photo of the given content in the test's own folder, under its own lock."""

    def run(content: bytes, limits: Limits = LIMITS) -> Processed:
        source = tmp_path / "original"
        source.write_bytes(content)
        return process(source, tmp_path / "made", name="pothole.jpg", limits=limits, lock=tmp_path / "lock")

    return run


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Put a few lines of Python in the place of the worker."""

    def pretend(code: str) -> None:
        root = tmp_path / "pretended"
        package = root / "reports" / "imaging"
        package.mkdir(parents=True)
        for folder in (root / "reports", package):
            (folder / "__init__.py").touch()
        (package / "worker.py").write_text("import os, signal, sys, time\n" + code)
        monkeypatch.setattr(child, "ROOT", root)

    return pretend


@pytest.fixture(autouse=True)
def _nothing_left_behind(tmp_path: Path) -> Iterator[None]:
    """After every failure: no file in the folder, and the lock is free."""
    yield
    folder = tmp_path / "made"
    assert not folder.exists() or {path.suffix for path in folder.iterdir()} <= {".jpg"}
    with one_at_a_time(tmp_path / "lock", wait_seconds=0.0):
        pass


READY = "sys.stdout.write('ready\\n'); sys.stdout.flush()\n"


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "memory"),  # what the kernel does when memory runs out
        ("os.kill(os.getpid(), signal.SIGXCPU)", "time"),
        ("os.kill(os.getpid(), signal.SIGTERM)", "worker"),
        ("raise MemoryError", "memory"),
        ("sys.stderr.write('terminate called: std::bad_alloc'); sys.stderr.flush(); os.abort()", "memory"),
        ('print(\'{"error": "memory"}\')', "memory"),
    ],
)
def test_a_child_that_the_machine_ended_may_be_tried_again(
    ending: str, reason: str, made: Callable[..., Processed], pretended: Callable[[str], None], tmp_path: Path
) -> None:
    pretended(READY + ending)
    with pytest.raises(ProcessingFailed) as failed:
        made(photo())
    assert (failed.value.reason, failed.value.data["file"]) == (reason, "pothole.jpg")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    "ending",
    [
        "os.kill(os.getpid(), signal.SIGSEGV)",
        "os.abort()",
        "raise ValueError('broken data stream')",
        "print('{}')",
        "print('not json')",
        "print('[1, 2]')",
        'print(\'{"size": [9, 9], "dhash": "0000000000000000", "lengths": {"large": 3}}\'); print("abc")',
        "sys.stdout.write('x' * 30_000_000)",
    ],
)
def test_a_child_that_its_picture_ended_or_deceived_is_a_broken_photo(
    ending: str, made: Callable[..., Processed], pretended: Callable[[str], None], tmp_path: Path
) -> None:
    pretended(READY + ending)
    with pytest.raises(PhotoRefused) as refused:
        made(photo())
    assert refused.value.code == "photo_broken"
    assert not (tmp_path / "made").exists()


def test_a_child_that_can_not_start_is_not_the_photos_fault(
    made: Callable[..., Processed], pretended: Callable[[str], None]
) -> None:
    pretended("raise ImportError('no decoder here')")
    with pytest.raises(ProcessingFailed) as failed:
        made(photo())
    assert failed.value.reason == "worker"


@pytest.mark.parametrize("closing", ["", "os.close(1); os.close(2)\n"])
def test_a_child_that_takes_too_long_is_ended(
    closing: str, made: Callable[..., Processed], pretended: Callable[[str], None], tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    pretended(f"open({str(pid_file)!r}, 'w').write(str(os.getpid()))\n{READY}{closing}time.sleep(600)")
    with pytest.raises(ProcessingFailed) as failed:
        made(photo(), LIMITS._replace(wall_seconds=1.0))
    assert failed.value.reason == "time"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_the_child_gets_nothing_of_our_environment(
    made: Callable[..., Processed],
    pretended: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("MAHALA_SECRET_KEY", "do not tell")
    seen = tmp_path / "seen"
    pretended(f"open({str(seen)!r}, 'w').write(repr(sorted(os.environ)))\n")
    with pytest.raises(ProcessingFailed):
        made(photo())
    assert seen.read_text() == "['LC_ALL', 'MALLOC_ARENA_MAX']"


@pytest.mark.parametrize("kind", ["jpeg", "png", "avif"])
def test_a_decode_that_needs_more_memory_than_it_may_have_is_ended(
    kind: str, made: Callable[..., Processed], tmp_path: Path
) -> None:
    """Enough to start with, not enough for twelve million pixels."""
    starved = LIMITS._replace(memory=90_000_000, jpeg_memory=45_000_000)
    with pytest.raises(ProcessingFailed) as failed:
        made(photo(kind, (4000, 3000)), starved)
    assert failed.value.reason == "memory"
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("kind", ["webp", "heic"])
def test_a_decoder_that_calls_a_lack_of_memory_damage_is_taken_at_its_word(
    kind: str, made: Callable[..., Processed], tmp_path: Path
) -> None:
    with pytest.raises((ProcessingFailed, PhotoRefused)):
        made(photo(kind, (2400, 1800)), LIMITS._replace(memory=70_000_000))
    assert not (tmp_path / "made").exists()


def test_burning_processor_time_is_ended_with_a_signal_of_its_own() -> None:
    code = "from reports.imaging.worker import set_limits\nset_limits(memory=10**9, cpu_seconds=1)\n"
    code += "while True: pass"
    burnt = subprocess.run([sys.executable, "-c", code], cwd=child.ROOT, check=False)
    assert burnt.returncode == -signal.SIGXCPU


def test_a_child_can_write_no_file(tmp_path: Path) -> None:
    target = tmp_path / "leak"
    code = f"""
from reports.imaging.worker import set_limits
set_limits(memory=10**9, cpu_seconds=1)
with open({str(target)!r}, "w") as file:
    file.write("x")
"""
    tried = subprocess.run([sys.executable, "-c", code], cwd=child.ROOT, check=False, stderr=subprocess.PIPE)
    assert b"File too large" in tried.stderr
    assert target.stat().st_size == 0


def test_a_second_decode_waits_and_gives_up_when_it_waited_long_enough(
    made: Callable[..., Processed], tmp_path: Path
) -> None:
    with one_at_a_time(tmp_path / "lock", wait_seconds=0.0), pytest.raises(ProcessingFailed) as failed:
        made(photo(), IMPATIENT)
    assert failed.value.reason == "busy"
    assert made(photo(), IMPATIENT).format == "jpeg"


def test_only_one_of_many_threads_decodes_at_a_time(tmp_path: Path) -> None:
    inside, most = [0], [0]

    def work() -> None:
        with one_at_a_time(tmp_path / "lock", wait_seconds=30.0):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.02)
            inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from reports.imaging.machine_lock import one_at_a_time\n"
        "with one_at_a_time(Path(sys.argv[1]), wait_seconds=5.0):\n"
        "    print('held', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE, cwd=child.ROOT
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(LockBusy), one_at_a_time(tmp_path / "lock", wait_seconds=0.0):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()


def test_a_child_that_outlives_its_parent_still_holds_the_lock(
    made: Callable[..., Processed],
    pretended: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Its parent may be killed at any time; the machine must not start a second decode then."""
    pretended(READY + "time.sleep(600)")
    children: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(child, "_end", children.append)
    with pytest.raises(ProcessingFailed):
        made(photo(), LIMITS._replace(wall_seconds=0.5))
    with (tmp_path / "lock").open("rb") as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    monkeypatch.undo()
    child._end(children[0])


def test_a_full_disk_leaves_no_half_picture(
    made: Callable[..., Processed], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError, match="No space"):
        made(photo())
    assert list((tmp_path / "made").iterdir()) == []


def test_a_later_failure_leaves_the_first_success_as_it_was(
    made: Callable[..., Processed], pretended: Callable[[str], None]
) -> None:
    first = made(photo())
    before = first.thumb.read_bytes()
    pretended(READY + "os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(ProcessingFailed):
        made(photo("png"))
    assert first.thumb.read_bytes() == before
