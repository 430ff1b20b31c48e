"""The signing key: from the environment in production, kept in a private file in the embedded home."""

import contextlib
import os
import secrets
from pathlib import Path

from config import env


def read_secret_key(var_dir: Path, *, embedded: bool) -> str:
    """MAHALA_SECRET_KEY; in the embedded home a key made once and kept in `var/secret-key` (mode 0600)."""
    key = env.text("MAHALA_SECRET_KEY")
    if key:
        return key
    if not embedded:
        raise env.SettingUnreadable("MAHALA_SECRET_KEY", "a long random text (it is missing)")
    return _kept_key(var_dir / "secret-key")


def _kept_key(path: Path) -> str:
    # A link is made once only: of two processes that start at once, both read the winner's key.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        draft.write_text(secrets.token_urlsafe(50))
        draft.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
