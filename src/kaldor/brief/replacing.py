"""A folder put in the place of an older one: nobody ever sees it missing or half-new, and nothing of the user's goes.

Everything is made beside the folder, under a hidden name that a record holds before it is made. What the user keeps in
the older folder is linked into the new one; then the older gets a note that it is on its way out, and both change
places in one step. Only then does the older go. Wherever a run is killed, the next one finds by record and note what
it left: a folder without the note is a new one that never stood, one with the note is the older.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from kaldor.atlas import atomic
from kaldor.atlas.leftovers import Leftovers, remove
from kaldor.brief.exchange import exchange
from kaldor.brief.made import made_in, stands, taken
from kaldor.brief.strangers import Carried, carry, give_back
from kaldor.errors import InputError, Problem

_NOTE: Final = ".kaldor-going"
_SECONDS: Final = 60.0  # writing takes one or two
_TRIES: Final = 5


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A fresh folder to fill: when the block ends it stands in the place of `folder`; if the block fails it is gone.

    What a run made in `folder` is replaced by it; everything else in there is in the new one too. What killed runs
    left is cleared first. Raises InputError where another run keeps writing there, or where something of the user's has
    the name of a file in the new folder; OSError where the disk refuses. Nothing is changed then.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _held(folder):
        leftovers = Leftovers(folder.parent, _record(folder))
        _tidy(folder, leftovers)
        staging = leftovers.note(_beside(folder, "new"))
        try:
            staging.mkdir()
            yield staging
            _put_in_place(staging, folder, leftovers)
        finally:
            with suppress(OSError):  # what cannot be cleared now stays on record for the next run
                _tidy(folder, leftovers)


def tidy(folder: Path) -> None:
    """Clear away what killed runs left beside a folder, if they left anything.

    Raises InputError where another run keeps writing there, OSError where the disk refuses.
    """
    if any(os.path.lexists(place) for place in (_lock(folder), folder.with_name(_record(folder)))):
        with _held(folder):
            _tidy(folder, Leftovers(folder.parent, _record(folder)))


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """One writer a folder; the system frees the lock when its process dies."""
    path = _lock(folder)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=_SECONDS)
    except Timeout:
        remedy = "Wait for it or stop it, then retry; nothing was changed."
        raise InputError(Problem(str(folder), "another run is writing there.", remedy)) from None
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()  # while it is held: who waits for it sees that it is gone, and makes a new one
        lock.release()


def _put_in_place(staging: Path, folder: Path, leftovers: Leftovers) -> None:
    if not os.path.lexists(folder):
        staging.rename(folder)
        return
    ours = {name: made.sha256 for name, made in (made_in(folder) or {}).items()}
    carried = carry(folder, staging, {*ours, _NOTE})
    shutil.copystat(folder, staging)
    os.utime(staging)
    _write_note(folder, _Going(ours, carried), leftovers)
    if not exchange(staging, folder):
        folder.rename(leftovers.note(_beside(folder, "old")))
        staging.rename(folder)  # if this fails, tidying puts the older one back
    atomic.flush_folder(folder.parent)


def _tidy(folder: Path, leftovers: Leftovers) -> None:
    """Clear away what this run or a killed one left, once the user's files are out of it."""
    for name in leftovers.names():
        place = folder.with_name(name)
        going = _read_note(place)
        if going is None:
            continue
        if os.path.lexists(folder):
            _take_away(place, folder, going)
        else:  # killed between two renames
            place.rename(folder)
    if _read_note(folder) is not None:
        (folder / _NOTE).unlink()
    leftovers.clear()


@dataclass(frozen=True)
class _Going:
    """What the note in an older folder says: the files that Kaldor made in it, by hash, and what was carried over."""

    ours: dict[str, str]
    carried: Carried


def _take_away(old: Path, folder: Path, going: _Going) -> None:
    ours = [name for name, sha256 in going.ours.items() if stands(old, name, sha256)]
    for _ in range(_TRIES):
        give_back(old, folder, {*ours, _NOTE}, going.carried)
        if remove(old.parent, old.name, [*ours, _NOTE]):  # the note goes last
            return
    raise OSError(f"{old} keeps being written")


def _write_note(folder: Path, going: _Going, leftovers: Leftovers) -> None:
    if os.path.lexists(folder / _NOTE):
        raise InputError(taken(folder / _NOTE))
    unfinished = leftovers.note(_beside(folder, "note"))
    with unfinished.open("x", encoding="utf-8") as note:
        json.dump({"ours": going.ours, "carried": going.carried}, note)
        note.flush()
        os.fsync(note.fileno())
    unfinished.rename(folder / _NOTE)
    atomic.flush_folder(folder)


def _read_note(folder: Path) -> _Going | None:
    """The note of a folder; None where there is none, or something else under its name."""
    path = folder / _NOTE
    if folder.is_symlink() or path.is_symlink() or not path.is_file():
        return None
    try:
        content = json.loads(path.read_text("utf-8"))
        carried = {
            place: None if stamps is None else (tuple(stamps[0]), tuple(stamps[1]))
            for place, stamps in content["carried"].items()
        }
        return _Going(dict(content["ours"]), carried)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _record(folder: Path) -> str:
    return f".{folder.name}.kaldor-record"


def _lock(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.kaldor-lock")


def _beside(folder: Path, what: str) -> str:
    return f".{folder.name}-{what}-{secrets.token_hex(4)}"
