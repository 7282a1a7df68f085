"""Writing so that a reader, or a killed process, never leaves half a dataset behind.

Everything is made in a staging folder inside the store, flushed to disk and then renamed; what makes a dataset
exist is one small file that is replaced in one step.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from kaldor.errors import StoreError

LOCK = ".write.lock"


@contextmanager
def writer_lock(store: Path, timeout: float) -> Iterator[None]:
    """Hold the only writer's lock of a folder; the system frees it when its process dies. Raises StoreError."""
    file = store / LOCK
    try:
        store.mkdir(parents=True, exist_ok=True)
        refuse_strange_lock(file)
        lock = FileLock(file)
        lock.acquire(timeout=timeout)
    except Timeout:
        message = f"{store}: another process has been writing for {timeout:.0f} s. Wait for it or stop it, then retry."
        raise StoreError(message) from None
    except OSError as error:
        raise StoreError(
            f"{store}: cannot be written ({error.strerror}). Set KALDOR_STORE to another folder."
        ) from None
    try:
        yield
    finally:
        lock.release()


def refuse_strange_lock(file: Path) -> None:
    """Raise StoreError for a lock that holds something, which taking it would empty, or that is no plain file."""
    if os.path.lexists(file) and not (is_regular(file) and file.stat().st_size == 0):
        raise StoreError(f"{file}: is not the lock that Kaldor makes. Move it to another place.")


def is_regular(path: Path) -> bool:
    """Whether a plain file is there: no link, folder, pipe or device."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def read_regular(path: Path, most: int) -> bytes:
    """A file's bytes, behind a link or not. Raises OSError, also for a pipe or device, which would never end,
    and for more than `most` bytes.
    """
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, "not a plain file")
    if about.st_size > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    with path.open("rb") as stream:
        return stream.read()


def replace_file(path: Path, data: bytes, unfinished: Path) -> None:
    """Put `data` in place of a file in one step: a reader sees the old content or the new, never a part.

    `unfinished` is a folder on the same disk that only this writer uses and that it clears (`leftovers`): what a killed
    process leaves stands there. A file that was there hands its rights on.
    """
    new = unfinished / path.name
    write_new(new, data)
    if path.exists():
        shutil.copymode(path, new)
    new.replace(path)
    flush_folder(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet, on disk when this returns. Raises FileExistsError, and other OSErrors."""
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def flush(folder: Path) -> None:
    """Force every file under a folder, and the folders themselves, to disk."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())
        else:
            flush_folder(path)
    flush_folder(folder)


def flush_folder(folder: Path) -> None:
    """Force a folder's list of names to disk, where the system lets folders be opened."""
    with suppress(PermissionError):  # Windows does not open folders; its renames are on disk without this
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
