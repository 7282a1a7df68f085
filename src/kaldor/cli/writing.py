"""Files that a command writes where its user said: in one step, and never through a link."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from kaldor.errors import StoreError


def write_named(path: Path, content: str | bytes, option: str) -> None:
    """Write a file that `option` named: a reader, or a kill, sees the older one or the new one, never a part.

    What is no file (a pipe, a terminal, /dev/null) gets it as it comes. Raises StoreError for a link to a file,
    for a folder, and where the disk refuses; the older file is then as it was.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)
            return
        if path.is_symlink():
            raise StoreError(f"{path}: is a link. Name the file that it leads to with {option}; nothing was changed.")
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as error:
        what = f"{path}: cannot be written ({error.strerror or error})."
        raise StoreError(f"{what} Choose another file with {option}.") from None


def _replace(path: Path, data: bytes) -> None:
    # One name for every try, so that what a killed process left is taken up by the next and not left for good.
    unfinished = path.with_name(f".{path.name}.kaldor-new")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if path.exists():
            shutil.copymode(path, unfinished)
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        raise
