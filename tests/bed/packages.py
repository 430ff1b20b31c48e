"""Installing what a test run lacks, by apt."""

import os
import shutil
import subprocess
import sys


class Unavailable(Exception):
    """Something is missing that can't be installed here; the text says what to do."""


def install(*packages: str) -> None:
    """Install Debian packages as root or through sudo. Raises Unavailable."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None or (prefix and shutil.which("sudo") is None):
        raise Unavailable(f"Please install what is missing, as root: {line}")
    sys.stderr.write(f"Installing {' '.join(packages)}\n")
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    _run([*prefix, "apt-get", "update", "-qq"])
    if _run([*prefix, *environment, *line.split()]) != 0:
        raise Unavailable(f"Could not be installed. Please try, as root: {line}")


def _run(command: list[str]) -> int:
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    ).returncode
