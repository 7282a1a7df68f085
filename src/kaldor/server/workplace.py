"""Where a server works inside a store: one server a store, and a folder of its own for all that is half-made.

    <store>/.server.lock         held as long as a server writes into the store; the system frees it
    <store>/.server.made         the folders that servers made for themselves, to be cleared
    <store>/.server.going        what is being deleted; the next start finishes it
    <store>/incoming/<number>/   one server's folder: uploads while they are read, files before they are put in place

What a killed server leaves is cleared by the next start, by these records and by nothing else.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from kaldor.atlas import atomic
from kaldor.atlas.leftovers import Leftovers
from kaldor.errors import StoreError
from kaldor.unforeseen import refusal

_LOCK, _MADE, _GOING, _INCOMING = ".server.lock", ".server.made", ".server.going", "incoming"


class Workplace:
    """What one server that writes has in a folder that is a store. Raises StoreError where another server has it."""

    def __init__(self, store: Path) -> None:
        refuse_link(store, _INCOMING)
        self.store = store
        self._only_server = _only_server(store)
        self._made, self._going = Leftovers(store, _MADE), Leftovers(store, _GOING)
        self._name, self._lock = f"{_INCOMING}/{secrets.token_hex(8)}", Lock()
        try:
            self._going.clear()
            self._made.clear()
            self._own_folder()
        except StoreError:
            self._only_server.release()
            raise
        except OSError as error:
            self._only_server.release()
            raise _not_written(_INCOMING, error) from error

    def new_folder(self) -> Path:
        """A fresh folder for files on their way; whoever asked for it discards it. Raises StoreError."""
        try:
            folder = self._own_folder() / secrets.token_hex(8)
            folder.mkdir()
        except OSError as error:
            raise _not_written(_INCOMING, error) from error
        return folder

    def discard(self, folder: Path) -> None:
        """Delete a folder that `new_folder` gave."""
        shutil.rmtree(folder, ignore_errors=True)

    def write_whole(self, path: Path, text: str) -> None:
        """Put a text in place of a file below the store: a reader sees the old text or the new one, never half of it.

        Raises StoreError, and then the old file is as it was.
        """
        made = self.new_folder()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic.replace_file(path, text.encode(), made)
        except OSError as error:
            raise _not_written(self._place(path), error) from error
        finally:
            self.discard(made)

    def make_folder(self, target: Path, file: str, text: str) -> None:
        """Make a folder below the store with one file in it, both at once. Raises StoreError, and then neither is."""
        made = self.new_folder()
        try:
            atomic.write_new(made / file, text.encode())
            atomic.flush_folder(made)
            target.parent.mkdir(parents=True, exist_ok=True)
            made.replace(target)
        except OSError as error:
            self.discard(made)
            raise _not_written(self._place(target), error) from error
        atomic.flush_folder(target.parent)

    def remove(self, folder: Path, files: Sequence[str]) -> bool:
        """Delete these files of a folder below the store, and the folder if nothing else is in it; True if it is gone.

        A server that is killed meanwhile finishes it at its next start. Raises StoreError.
        """
        with self._lock:
            try:
                self._going.note(self._place(folder), files)
                return not self._going.clear()
            except OSError as error:
                raise _not_written(self._place(folder), error) from error

    def close(self) -> None:
        """Clear the server's own folder and let another one have the store."""
        self._made.clear()
        self._only_server.release()

    def _own_folder(self) -> Path:
        """The server's own folder, on record before it is made; made again where somebody has taken it away."""
        with self._lock:
            folder = self.store / self._name
            if not folder.is_dir():
                self._made.note(self._name)
                folder.mkdir(parents=True)
            return folder

    def _place(self, path: Path) -> str:
        return path.relative_to(self.store).as_posix()


def refuse_link(store: Path, name: str) -> None:
    """Raise StoreError where a name of Kaldor's in a store is a link: through one it would write somewhere else."""
    if (store / name).is_symlink():
        what = f"{store / name}: is a link. Kaldor writes through none."
        raise StoreError(f"{what} Put the folder or file itself there, or name another store with --store.")


def _only_server(store: Path) -> FileLock:
    """The lock of the one server that writes into a store; the system frees it when its process dies.

    Raises StoreError where another one runs: it would take this one's running jobs for dead ones.
    """
    file = store / _LOCK
    try:
        atomic.refuse_strange_lock(file)
        lock = FileLock(file, thread_local=False)
        lock.acquire(timeout=0)
    except Timeout:
        remedy = "Stop it, name another store with --store, or start this one with --read-only."
        raise StoreError(f"{store}: another server writes into this store. {remedy}") from None
    except OSError as error:
        raise StoreError(f"{store}: cannot be written ({error.strerror}). Use --read-only.") from None
    return lock


def _not_written(name: str, error: OSError) -> StoreError:
    said, remedy = refusal(error)
    return StoreError(f"{name}: cannot be written ({said}). Nothing was changed. {remedy}")
