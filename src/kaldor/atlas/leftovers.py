"""What is half-made or on its way out in a folder, written down first, so that only that is ever cleared away.

Who makes a name that a killed process would leave behind, or is about to take one away, writes it into a record
beforehand; clearing removes what the record names and nothing else. A name that the record lacks is the user's.
Links are never followed and never removed: Kaldor makes none. A record that holds a line of anybody else's is the
user's file: it is neither believed nor written to.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kaldor.atlas import atomic
from kaldor.errors import StoreError

_LINE_START = b'{"name": '


@dataclass(frozen=True)
class Leftover:
    """A name below the root, as a relative path with '/'. `files` are the only ones of a folder that are Kaldor's;
    None where it made the whole folder, under a name that nobody else would use.
    """

    name: str
    files: tuple[str, ...] | None = None

    @property
    def line(self) -> bytes:
        """The leftover as a line of the record."""
        files = list(self.files) if self.files is not None else None
        return json.dumps({"name": self.name, "files": files}).encode() + b"\n"


class Leftovers:
    """The record of one writer in one folder. Two writers that do not share a lock need a record each."""

    def __init__(self, root: Path, record: str) -> None:
        self._root, self._record = root, root / record

    def note(self, name: str, files: Sequence[str] | None = None) -> Path:
        """Write a name down before it is made or taken away; it is on disk when this returns. Gives its path.

        Raises StoreError where the record is no file of Kaldor's, OSError where it cannot be written.
        """
        if not _is_below(name):
            raise ValueError(f"'{name}' is no relative path")
        leftover = Leftover(name, tuple(files) if files is not None else None)
        new = not os.path.lexists(self._record)
        record = self._opened(os.O_RDWR | os.O_CREAT)
        with os.fdopen(record, "r+b") as stream:
            text = stream.read()
            if _parsed(text) is None:
                raise StoreError(f"{self._record}: is not the record that Kaldor keeps. Move it to another place.")
            stream.seek(text.rfind(b"\n") + 1)  # over the half line of a process that was killed
            stream.write(leftover.line)
            stream.truncate()
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            atomic.flush_folder(self._root)
        return self._root / name

    def names(self) -> tuple[str, ...]:
        """What is written down, whether it is still there or not, in the order in which it was."""
        return tuple(leftover.name for leftover in self._noted() or ())

    def is_kept(self) -> bool:
        """Whether there is a record, and one of Kaldor's."""
        return self._noted() is not None

    def clear(self, kept: Callable[[str], bool] = lambda name: False) -> tuple[str, ...]:
        """Remove what is written down, but for the names that are to be kept, and forget all that went or stays.

        Returns the names that are still there: behind a link, holding somebody's own files, or held open elsewhere.
        What of Kaldor's own could not go stays written down, for the next time.
        """
        noted = self._noted()
        if noted is None:
            return ()
        going = [leftover for leftover in noted if not kept(leftover.name)]
        left = tuple(leftover.name for leftover in going if not remove(self._root, leftover.name, leftover.files))
        self._rewrite([leftover for leftover in going if _ours_left(self._root, leftover)], noted)
        return left

    def _opened(self, flags: int) -> int:
        """The record, which must be a plain file: a link to one, a pipe or a folder is somebody else's."""
        odd = StoreError(f"{self._record}: is not the record that Kaldor keeps. Move it to another place.")
        try:
            # Asked before opening, since opening a device may do something, and after, since names change.
            if os.path.lexists(self._record) and not atomic.is_regular(self._record):
                raise odd
            record = os.open(self._record, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0), 0o666)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise odd from None
            raise
        if not stat.S_ISREG(os.fstat(record).st_mode):
            os.close(record)
            raise odd
        return record

    def _noted(self) -> list[Leftover] | None:
        """What is written down; None where there is no record, or none of Kaldor's."""
        try:
            with os.fdopen(self._opened(os.O_RDONLY), "rb") as stream:
                return _parsed(stream.read())
        except (OSError, StoreError):
            return None

    def _rewrite(self, remaining: Sequence[Leftover], noted: Sequence[Leftover]) -> None:
        """Write down what remains; without anything the record goes."""
        with suppress(OSError, StoreError):
            if not remaining:
                self._record.unlink()
            elif list(remaining) != list(noted):
                with os.fdopen(self._opened(os.O_RDWR), "r+b") as stream:
                    stream.write(b"".join(leftover.line for leftover in remaining))
                    stream.truncate()
                    stream.flush()
                    os.fsync(stream.fileno())


def remove(root: Path, name: str, files: Sequence[str] | None = None) -> bool:
    """Take a file or folder below `root` away, without following or removing a link; True where it is gone.

    With `files`, only those go from a folder, and the folders that held them if nothing else is in them.
    """
    target = root / name
    if not _is_below(name) or _behind_link(root, name):
        return False
    if files is None:
        _discard(target)
        return not os.path.lexists(target)
    folders = {target}
    for file in files:
        if _is_below(file) and not _behind_link(target, file):
            with suppress(OSError):
                (target / file).unlink()
            folders |= {target / parent for parent in PurePosixPath(file).parents}
    for folder in sorted(folders, key=lambda one: -len(one.parts)):
        if not folder.is_symlink():
            with suppress(OSError):
                folder.rmdir()
    return not os.path.lexists(target)


def _discard(target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target, ignore_errors=True)  # unlinks a link inside, and leaves alone what it points to
    else:
        with suppress(OSError):
            target.unlink()


def _ours_left(root: Path, leftover: Leftover) -> bool:
    """Whether something that is Kaldor's to remove is still there."""
    if _behind_link(root, leftover.name):
        return False
    target = root / leftover.name
    if leftover.files is None:
        return os.path.lexists(target)
    return any(
        os.path.lexists(target / file) for file in leftover.files if _is_below(file) and not _behind_link(target, file)
    )


def _behind_link(root: Path, name: str) -> bool:
    """Whether a path below `root`, or a folder on the way to it, is a link."""
    place = root
    for part in PurePosixPath(name).parts:
        place = place / part
        if place.is_symlink():
            return True
    return False


def _is_below(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\0" not in name


def _parsed(text: bytes) -> list[Leftover] | None:
    """The lines of a record; None where somebody else wrote one of them. The half line of a killed process is none."""
    *lines, rest = text.split(b"\n")
    if not rest.startswith(_LINE_START) and not _LINE_START.startswith(rest):
        return None
    found = [_leftover(line) for line in lines]
    return [one for one in found if one is not None] if None not in found else None


def _leftover(line: bytes) -> Leftover | None:
    try:
        read = json.loads(line)
        name, files = read["name"], read["files"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(name, str) or not _is_below(name):
        return None
    if files is None:
        return Leftover(name)
    if isinstance(files, list) and all(isinstance(file, str) for file in files):
        return Leftover(name, tuple(files))
    return None
