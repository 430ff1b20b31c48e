"""The build number of the static files, part of their address, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path


def read_static_build(*folders: Path) -> str:
    """Ten hexadecimal digits that change with the name, size or time of any file below the folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                facts = path.stat()
                digest.update(f"{path.relative_to(folder)}|{facts.st_size}|{facts.st_mtime_ns}".encode())
    return digest.hexdigest()[:10]
