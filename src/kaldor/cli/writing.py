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
    for a folder, where there is no folder for it, and where the disk refuses; the older file is then as it was.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)
            return
        if path.is_symlink():
            raise StoreError(f"{path}: is a link. Name the file that it leads to with {option}; nothing was changed.")
        refuse_folder(path, option)
        _replace(path, data)
    except OSError as error:
        what = f"{path}: cannot be written ({error.strerror or error})."
        raise StoreError(f"{what} Choose another file with {option}.") from None


def made_folder(path: Path, option: str) -> None:
    """Make a folder that `option` named for files that Kaldor names itself. Raises StoreError where it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"{path}: cannot be made ({error.strerror or error})."
        raise StoreError(f"{what} Choose another folder with {option}.") from None


def refuse_folder(path: Path, option: str) -> None:
    """Say before anything is computed that the folder of a file is not there. Raises StoreError."""
    if not path.parent.is_dir():
        what = f"{path}: there is no folder {path.parent}."
        raise StoreError(f"{what} Make it first, or choose another file with {option}; nothing was written.")


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
