"""Writing a small file whole: a reader sees the old text or the new one, never half of it."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from kaldor.errors import StoreError


def write_whole(path: Path, text: str) -> None:
    """Replace a file by one with this text. Raises StoreError, and then the old file is as it was."""
    staging = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with staging.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        staging.replace(path)
    except OSError as error:
        with suppress(OSError):
            staging.unlink()
        raise StoreError(f"{path}: cannot be written ({error.strerror}). Nothing was changed.") from error
