"""Writing so that a reader, or a killed process, never leaves half a dataset behind.

Everything is made in a staging folder inside the store, flushed to disk and then renamed; what makes a dataset
exist is one small file that is replaced in one step.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from kaldor.errors import StoreError


@contextmanager
def writer_lock(store: Path, timeout: float) -> Iterator[None]:
    """Hold the store's only writer's lock; the system frees it when its process dies. Raises StoreError."""
    try:
        store.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store / ".write.lock")
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


def replace_file(path: Path, data: bytes) -> None:
    """Put `data` in place of a file in one step: a reader sees the old content or the new, never a part."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    flush_folder(path.parent)


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


def discard(path: Path) -> None:
    """Delete a file or folder if it is there; what is still held open elsewhere waits for the next sweep."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
