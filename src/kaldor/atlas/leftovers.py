"""What is half-made or on its way out in a folder, written down first, so that only that is ever cleared away.

Who makes a name that a killed process would leave behind, or is about to take one away, writes it into a record
beforehand; clearing removes what the record names and nothing else. A name that the record lacks is the user's.
Links are never followed and never removed: Kaldor makes none.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kaldor.atlas import atomic


@dataclass(frozen=True)
class Leftover:
    """A name below the root, as a relative path with '/'. `files` are the only ones of a folder that are Kaldor's;
    None where it made the whole folder, under a name that nobody else would use.
    """

    name: str
    files: tuple[str, ...] | None = None


class Leftovers:
    """The record of one writer in one folder. Two writers that do not share a lock need a record each."""

    def __init__(self, root: Path, record: str) -> None:
        self._root, self._record = root, root / record

    def note(self, name: str, files: Sequence[str] | None = None) -> Path:
        """Write a name down before it is made or taken away; it is on disk when this returns. Gives its path."""
        if not _is_below(name):
            raise ValueError(f"'{name}' is no relative path")
        line = json.dumps({"name": name, "files": list(files) if files is not None else None}) + "\n"
        new = not self._record.exists()
        with self._record.open("a", encoding="utf-8") as record:
            record.write(line)
            record.flush()
            os.fsync(record.fileno())
        if new:
            atomic.flush_folder(self._root)
        return self._root / name

    def names(self) -> tuple[str, ...]:
        """What is written down, whether it is still there or not, in the order in which it was."""
        return tuple(leftover.name for leftover in self._noted())

    def clear(self, kept: Container[str] = ()) -> tuple[str, ...]:
        """Remove what is written down, but for the names in `kept`, and forget all of it.

        Returns the names that are still there: behind a link, holding somebody's own files, or held open elsewhere.
        """
        noted = list(self._noted())
        going = [leftover for leftover in noted if leftover.name not in kept]
        left = tuple(leftover.name for leftover in going if not remove(self._root, leftover.name, leftover.files))
        if noted:
            with suppress(OSError):
                self._record.unlink()
        return left

    def _noted(self) -> Iterator[Leftover]:
        if self._record.is_symlink() or not self._record.is_file():
            return
        for line in self._record.read_text("utf-8", errors="replace").splitlines():
            leftover = _parsed(line)
            if leftover is not None:
                yield leftover


def remove(root: Path, name: str, files: Sequence[str] | None = None) -> bool:
    """Take a file or folder below `root` away, without following or removing a link; True where it is gone.

    With `files`, only those go from a folder, and the folder with them if nothing else is in it.
    """
    target = root / name
    if not _is_below(name) or _behind_link(root, name):
        return False
    if files is None:
        _discard(target)
    else:
        for file in files:
            if _is_below(file) and not _behind_link(target, file):
                with suppress(OSError):
                    (target / file).unlink()
        _remove_empty(target)
    return not os.path.lexists(target)


def _discard(target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target, ignore_errors=True)  # unlinks a link inside, and leaves alone what it points to
    else:
        with suppress(OSError):
            target.unlink()


def _remove_empty(folder: Path) -> None:
    """Remove a folder and those in it, as far as they are empty."""
    for inner, folders, _ in os.walk(folder, topdown=False):
        for name in folders:
            with suppress(OSError):
                Path(inner, name).rmdir()
    with suppress(OSError):
        folder.rmdir()


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


def _parsed(line: str) -> Leftover | None:
    """One line of the record; None for what a killed process left of one, or somebody else wrote."""
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
