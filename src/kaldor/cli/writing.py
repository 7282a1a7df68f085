"""Files that a command writes where its user said: in one step, and never through a link."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from kaldor.atlas import atomic, leftovers
from kaldor.errors import StoreError
from kaldor.unforeseen import refusal

_UNFINISHED = ".kaldor-new-"
_OLD_SECONDS = 24 * 3600.0


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
        what = f"{path}: cannot be written ({refusal(error)[0]})."
        raise StoreError(f"{what} Choose another file with {option}.") from None


def made_folder(path: Path, option: str) -> None:
    """Make a folder that `option` named for files that Kaldor names itself. Raises StoreError where it cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"{path}: cannot be made ({refusal(error)[0]})."
        raise StoreError(f"{what} Choose another folder with {option}.") from None


def refuse_folder(path: Path, option: str) -> None:
    """Say before anything is computed that the folder of a file is not there. Raises StoreError."""
    if not path.parent.is_dir():
        what = f"{path}: there is no folder {path.parent}."
        raise StoreError(f"{what} Make it first, or choose another file with {option}; nothing was written.")


def _replace(path: Path, data: bytes) -> None:
    """Write by way of a folder of this process's own, so that two that write one file never meet on the way."""
    _sweep(path)
    own = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=path.parent))
    try:
        atomic.replace_file(path, data, own)
    finally:
        leftovers.remove(path.parent, own.name, (path.name,))


def _sweep(path: Path) -> None:
    """Clear what processes that were killed while they wrote this file left beside it, and nothing of anybody else's.

    A younger folder may be in use; of an older one only the file of this name goes, and the folder if it is empty then.
    """
    for folder in path.parent.glob(f"{_UNFINISHED}????????"):
        with suppress(OSError):
            about = folder.lstat()
            private = stat.S_ISDIR(about.st_mode) and stat.S_IMODE(about.st_mode) == stat.S_IRWXU
            if private and about.st_uid == _user() and about.st_mtime < time.time() - _OLD_SECONDS:
                leftovers.remove(path.parent, folder.name, (path.name,))


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0  # where there are no such numbers, every file has 0
