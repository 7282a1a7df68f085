"""Which files of a brief's folder Kaldor made, and of what: a run replaces or removes these and no others.

The folder itself says so, in a small hidden file with the name, the hash and the lock's fingerprint of each. A file
whose hash is another one was changed since, and is the user's. Version 0.1 wrote no such file: there the lock and the
list of results say what was made.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from kaldor.errors import InputError, Problem

RECORD: Final = ".kaldor.json"
LOCK: Final = "study.lock.json"
RESULTS: Final = "results.json"
BRIEFS: Final = {kind: f"brief.{kind}" for kind in ("html", "pdf", "json", "docx", "pptx")}

_ABOUT: Final = "The files in this folder that Kaldor made. A run replaces these; everything else is yours and stays."
_ELSEWHERE: Final = "Name another folder with --out; nothing was changed."


@dataclass(frozen=True)
class Made:
    """One file that Kaldor made: the fingerprint of the lock that it was made with, and the hash of its bytes."""

    fingerprint: str
    sha256: str


def made_in(folder: Path) -> dict[str, Made] | None:
    """The files of a folder that stand as a run made them, by relative path; None where no run made the folder."""
    told = _recorded(folder)
    if told is None:
        told = _told_by_the_lock(folder)
    if told is None:
        return None
    return {name: made for name, made in told.items() if stands(folder, name, made.sha256)}


def checked(folder: Path, names: Iterable[str]) -> Mapping[str, Made]:
    """What earlier runs made in a folder where a run is about to make the files `names`.

    Raises InputError, with nothing changed, where the folder is a link or a file, holds something and was made by no
    run, or has a file of the user's under one of the names.
    """
    if folder.is_symlink():
        raise InputError(Problem(str(folder), "is a link.", "Name the folder itself with --out; nothing was changed."))
    if not os.path.lexists(folder):
        return {}
    if not folder.is_dir():
        raise InputError(Problem(str(folder), "is a file.", "Name a folder with --out."))
    try:
        made, is_empty = made_in(folder), not any(folder.iterdir())
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})."
        raise InputError(Problem(str(folder), what, _ELSEWHERE)) from error
    if made is None and not is_empty:
        raise InputError(Problem(str(folder), "holds something else than a brief.", _ELSEWHERE))
    mine = made or {}
    places = {place for name in names if name not in mine for place in _on_the_way(folder, name)}
    if places:
        raise InputError([taken(place) for place in sorted(places)])
    return mine


def taken(place: Path) -> Problem:
    """What to say of something of the user's that stands where Kaldor would write."""
    what = "was not made by Kaldor, or was changed since; a run would replace it."
    return Problem(str(place), what, "Move or delete it, or name another folder with --out; nothing was changed.")


def record(folder: Path, fingerprint: str, kept: Mapping[str, Made]) -> None:
    """Write down in a folder that all of its files were made with a fingerprint, and `kept` by earlier runs."""
    made = dict(kept)
    for path in folder.rglob("*"):
        if path.is_file():
            made[path.relative_to(folder).as_posix()] = Made(fingerprint, _hash(path))
    entries = {name: {"fingerprint": one.fingerprint, "sha256": one.sha256} for name, one in sorted(made.items())}
    (folder / RECORD).write_text(json.dumps({"about": _ABOUT, "made": entries}, indent=1) + "\n", encoding="utf-8")


def stands(folder: Path, name: str, sha256: str) -> bool:
    """Whether a file, reached through no link, is there with the bytes of a hash."""
    return _is_plain(folder, name) and _hash(folder / name) == sha256


def _recorded(folder: Path) -> dict[str, Made] | None:
    entries = _object(_read(folder, RECORD).get("made"))
    if not entries:
        return None
    made = {RECORD: Made("", _hash(folder / RECORD))}
    for name, entry in entries.items():
        fingerprint, sha256 = (_object(entry).get(key) for key in ("fingerprint", "sha256"))
        if isinstance(fingerprint, str) and isinstance(sha256, str):
            made[name] = Made(fingerprint, sha256)
    return made


def _told_by_the_lock(folder: Path) -> dict[str, Made] | None:
    """What version 0.1 made: the lock, the results that `results.json` lists, and briefs that bear its mark."""
    lock = _read(folder, LOCK)
    fingerprint = lock.get("fingerprint")
    if not isinstance(fingerprint, str) or "study" not in lock:
        return None
    tables = [_object(table).get("file") for table in _object(_read(folder, RESULTS).get("tables")).values()]
    names = [LOCK, RESULTS, *(name for name in tables if isinstance(name, str) and name.startswith("results/"))]
    marks = {"html": f"lock {fingerprint[:12]}", "json": f"lock {fingerprint[:12]}", "pdf": "/Author(Kaldor)"}
    names += [BRIEFS[kind] for kind, mark in marks.items() if _bears(folder, BRIEFS[kind], mark)]
    return {name: Made(fingerprint, _hash(folder / name)) for name in names if _is_plain(folder, name)}


def _bears(folder: Path, name: str, mark: str) -> bool:
    return _is_plain(folder, name) and mark.encode() in (folder / name).read_bytes()


def _is_plain(folder: Path, name: str) -> bool:
    """Whether a name is that of a file below the folder, with no link on the way."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute() or "\0" in name:
        return False
    *above, _ = parts
    place = folder
    for part in above:
        place = place / part
        if place.is_symlink():
            return False
    try:
        return stat.S_ISREG((folder / name).lstat().st_mode)
    except OSError:
        return False


def _on_the_way(folder: Path, name: str) -> list[Path]:
    """What stands where a file is to be made: the name itself, or a link or file in place of a folder above it."""
    *above, _ = PurePosixPath(name).parts
    place = folder
    for part in above:
        place = place / part
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            return [place]
    return [folder / name] if os.path.lexists(folder / name) else []


def _read(folder: Path, name: str) -> dict[str, Any]:
    """A JSON object of the folder; empty for anything else."""
    if not _is_plain(folder, name):
        return {}
    try:
        return _object(json.loads((folder / name).read_text("utf-8")))
    except (OSError, ValueError, RecursionError):
        return {}


def _object(content: Any) -> dict[str, Any]:
    return content if isinstance(content, dict) else {}


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
