"""A sweep's folder: a note of which sweep it is, and its finished parts, each there whole or not at all.

What is half-written stands in a folder of its own inside, on record before it is made: a sweep that is begun again
clears what a killed one left, and nothing else.
"""

from __future__ import annotations

import io
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from kaldor.atlas.atomic import LOCK, replace_file, writer_lock
from kaldor.atlas.leftovers import Leftovers
from kaldor.economy.economy import Array
from kaldor.errors import InputError, Problem

PartResult = tuple[Array, Array, list[str], list[str], list[str]]
"""Metrics before and after (futures × metrics), why a future failed, why it was not put under stress and why it was not
answered where prices respond ("" if it was not to be, or was)."""
_REASONS = ("failed", "unstressed", "unanswered")

_NOTE, _RECORD = "sweep.json", ".leftovers"
_SECONDS = 5.0
"""How long a sweep waits for another one in its folder."""


class SweepFolder:
    """A folder that this sweep alone writes into, and its record of what is half-written there."""

    def __init__(self, where: Path, leftovers: Leftovers) -> None:
        self._where, self._leftovers, self._sweep = where, leftovers, ""

    def resume(self, digest: str, seed: int, runs: int, part: int) -> dict[int, PartResult]:
        """The parts that are there, of `part` futures each; a new folder is claimed for the sweep of this digest.

        Raises InputError where it holds another sweep, or a part that is none.
        """
        held, self._sweep = _note_of(self._where), digest
        if not held:
            about = {"sweep": digest, "seed": seed, "runs": runs, "part": part}
            replace_file(self._where / _NOTE, json.dumps(about, indent=1).encode(), self._unfinished)
            return {}
        if held["sweep"] != digest:
            what = "holds another sweep: design, table, levers, metrics or version differ."
            raise InputError(Problem(str(self._where), what, "Name another folder, or delete this one."))
        paths = ((number, self._path(number)) for number in range(-(-runs // part)))
        return {number: _unpacked(path, number, digest) for number, path in paths if os.path.lexists(path)}

    def add(self, number: int, result: PartResult) -> None:
        """Write a finished part of the sweep that was resumed; it is on disk when this returns."""
        replace_file(self._path(number), _packed(result, number, self._sweep), self._unfinished)

    @cached_property
    def _unfinished(self) -> Path:
        """Where files are written before they are put in place; made for the first of them."""
        folder = self._leftovers.note(f".unfinished-{secrets.token_hex(8)}")
        folder.mkdir()
        return folder

    def _path(self, number: int) -> Path:
        return self._where / f"part-{number:06d}.npz"


@contextmanager
def held(where: Path) -> Iterator[SweepFolder]:
    """Hold a sweep's folder, made if it is missing; what is half-written in it is gone before and afterwards.

    Raises InputError for a folder that holds anything but a sweep, and then nothing was changed; StoreError where it
    cannot be written or another process sweeps into it.
    """
    _refuse_others(where)
    with writer_lock(where, timeout=_SECONDS):
        leftovers = Leftovers(where, _RECORD)
        leftovers.clear()
        try:
            yield SweepFolder(where, leftovers)
        finally:
            leftovers.clear()


def _refuse_others(where: Path) -> None:
    """Only a sweep's folder, or one that holds nothing, is written into."""
    if where.is_symlink():
        raise InputError(Problem(str(where), "is a link.", "Name the folder itself; nothing was changed."))
    if not where.exists():
        return
    remedy = "Name a new folder; nothing was changed."
    if not where.is_dir():
        raise InputError(Problem(str(where), "is a file.", remedy))
    leftovers = Leftovers(where, _RECORD)
    unclaimed = {LOCK, *leftovers.names(), *([_RECORD] if leftovers.is_kept() else [])}
    if not _note_of(where) and {path.name for path in where.iterdir()} - unclaimed:
        raise InputError(Problem(str(where), "holds something else than a sweep.", remedy))


def _note_of(where: Path) -> dict[str, object]:
    """What a folder says of its sweep; nothing where it holds none."""
    note = where / _NOTE
    if note.is_symlink() or not note.is_file():
        return {}
    try:
        said = json.loads(note.read_text("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) and "sweep" in said else {}


def _packed(result: PartResult, number: int, sweep: str) -> bytes:
    """A part with its place and the fingerprint of its sweep: under another name it is none."""
    before, after, *reasons = result
    told = {name: np.array(texts, dtype=np.str_) for name, texts in zip(_REASONS, reasons, strict=True)}
    stream = io.BytesIO()
    np.savez(stream, before=before, after=after, part=number, sweep=sweep, **told)  # type: ignore[arg-type]
    return stream.getvalue()


def _unpacked(path: Path, number: int, sweep: str) -> PartResult:
    try:
        if path.is_symlink() or not path.is_file():
            raise ValueError("a link or folder")
        with np.load(path) as stored:
            if (int(stored["part"]), str(stored["sweep"])) != (number, sweep):
                raise ValueError("another part, or of another sweep")
            failed, unstressed, unanswered = ([str(text) for text in stored[name]] for name in _REASONS)
            return stored["before"], stored["after"], failed, unstressed, unanswered
    except (OSError, ValueError, TypeError, KeyError, EOFError, BadZipFile):
        remedy = "Move or delete it: the sweep makes that part again."
        raise InputError(Problem(str(path), "is no whole part of this sweep, or another part of it.", remedy)) from None
