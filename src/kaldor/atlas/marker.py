"""What tells a store from an ordinary folder: a small file that Kaldor writes into a new or empty folder.

Nothing is read, made or removed in a folder that holds anything and has no marker, with one exception: version 0.1
wrote none, and a folder in which every name is one that it made, and which has its datasets or locks to show for it,
is taken for its store.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from kaldor import __version__
from kaldor.atlas import atomic
from kaldor.atlas.catalogue import is_id
from kaldor.atlas.ids import RESERVED
from kaldor.atlas.manifest import CONTENT, FILE, Manifest, read_manifest
from kaldor.errors import StoreError

MARKER = "kaldor-store.json"
LAYOUT = 1

Standing = Literal["ours", "of 0.1", "free"]
"""What a folder is to Kaldor: a store with a marker, one of version 0.1, or absent or empty."""

_MOST_BYTES = 1 << 16
_ELSEWHERE = "Name another folder with KALDOR_STORE or --store"
_log = logging.getLogger(__name__)


def standing(folder: Path) -> Standing:
    """What a folder is to Kaldor; nothing is touched. Raises StoreError for any folder that is not Kaldor's."""
    while True:
        marker = _marker(folder)
        if marker:
            _check(folder, marker)
            return "ours"
        others = _names(folder) - {MARKER}
        if not others:
            return "free"
        stranger = _first_stranger(folder, others)
        if stranger is None:
            return "of 0.1"
        if not _marker(folder):  # another process may have begun a store here meanwhile
            what = f"is an ordinary folder, not a store of Kaldor's: {stranger}. Nothing was touched."
            raise StoreError(f"{folder}: {what} {_ELSEWHERE}.")


def claim(folder: Path) -> None:
    """Make an absent or empty folder a store, or mark one of version 0.1, which is said once in the log.

    Raises StoreError as `standing` does, or where the folder cannot be written.
    """
    found = standing(folder)
    if found == "ours":
        return
    text = json.dumps({"layout": LAYOUT, "made by": f"Kaldor {__version__}"}) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another process was first
            if _marker(folder) == b"":
                (folder / MARKER).unlink()  # all that a killed process left of it
            atomic.write_new(folder / MARKER, text.encode())
        atomic.flush_folder(folder)
    except OSError as error:
        what = f"cannot be written ({error.strerror}). Set KALDOR_STORE to another folder."
        raise StoreError(f"{folder}: {what}") from None
    if found == "of 0.1":
        _log.warning("Note: %s is a store of Kaldor 0.1; it is marked as one now (%s).", folder, MARKER)


def _marker(folder: Path) -> bytes | None:
    """The marker's text, empty where a process died over it; None where there is none."""
    try:
        if os.path.lexists(folder / MARKER) and not atomic.is_regular(folder / MARKER):
            raise StoreError(_damaged(folder))
        return atomic.read_regular(folder / MARKER, _MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"{folder / MARKER}: cannot be read ({error.strerror}).") from None


def _check(folder: Path, text: bytes) -> None:
    try:
        read: Any = json.loads(text)
    except (ValueError, RecursionError):
        read = None
    layout = read.get("layout") if isinstance(read, Mapping) else None
    if not isinstance(layout, int) or layout < 1:
        raise StoreError(_damaged(folder))
    if layout > LAYOUT:
        raise StoreError(f"{folder}: written by a newer Kaldor: upgrade, or name another folder with KALDOR_STORE.")


def _damaged(folder: Path) -> str:
    remedy = f'If this is a store of Kaldor\'s, write {{"layout": {LAYOUT}}} into it; else name another folder'
    return f"{folder / MARKER}: is not the marker that Kaldor writes. {remedy} with KALDOR_STORE or --store."


def _names(folder: Path) -> set[str]:
    try:
        return {place.name for place in folder.iterdir()}
    except FileNotFoundError:
        if folder.is_symlink():
            raise StoreError(f"{folder}: is a link to nothing. {_ELSEWHERE}.") from None
        return set()
    except NotADirectoryError:
        raise StoreError(f"{folder}: is not a folder. {_ELSEWHERE}.") from None
    except (OSError, ValueError) as error:
        what = f"cannot be read ({getattr(error, 'strerror', None) or error})"
        raise StoreError(f"{folder}: {what}. {_ELSEWHERE}.") from None


# -- the store of version 0.1 ----------------------------------------------------------------------------------------

_LOCKS = {atomic.LOCK, ".server.lock"}
_INDEX = re.compile(r"catalogue-[0-9a-f]{16}\.duckdb(\.wal)?")
_INDEX_IN_MAKING = re.compile(r"\.catalogue-\w{8}")
_RANDOM = r"[0-9a-f]{16}"
_WITHIN = {
    "staging": "dataset",
    "incoming": _RANDOM,
    "jobs": rf"{_RANDOM}\.json|\.{_RANDOM}\.json-[0-9a-f]{{8}}",
    "studies": r"[a-z0-9][a-z0-9-]{0,62}",
    "downloads": r"[a-z0-9][a-z0-9_.-]{0,63}",
}
"""The folders of version 0.1, and how what stands in them is called."""


def _first_stranger(folder: Path, names: Iterable[str]) -> str | None:
    """What in a folder without a marker is not of version 0.1, in words; None where the folder is its store."""
    shown = False
    for name in sorted(names):
        place = folder / name
        if name == "datasets" and place.is_dir():
            for stranger in _strangers_among_datasets(place):
                return stranger
            shown = shown or any(isinstance(read_manifest(one), Manifest) for one in place.iterdir())
        elif name in _WITHIN and place.is_dir():
            inner = sorted(one for one in _names(place) if not re.fullmatch(_WITHIN[name], one))
            if inner:
                return f"'{name}/{inner[0]}' is not Kaldor's"
            shown = shown or (name == "downloads" and any(atomic.is_regular(p / atomic.LOCK) for p in place.iterdir()))
        elif name in _LOCKS or _INDEX.fullmatch(name):
            if not atomic.is_regular(place):
                return f"'{name}' is not Kaldor's"
            shown = shown or name in _LOCKS
        elif not _INDEX_IN_MAKING.fullmatch(name):
            return f"'{name}' is not Kaldor's"
    return None if shown else "no dataset is in it"


def _strangers_among_datasets(datasets: Path) -> Iterator[str]:
    for name in sorted(_names(datasets)):
        folder = datasets / name
        if not is_id(name) or not folder.is_dir():
            yield f"'datasets/{name}' is no dataset"
            continue
        for inner in sorted(_names(folder)):
            if inner not in {FILE, f".{FILE}.new"} and not (re.fullmatch(CONTENT, inner) and (folder / inner).is_dir()):
                yield f"'datasets/{name}/{inner}' is not Kaldor's"
        found = read_manifest(folder)
        if found is not None and not isinstance(found, Manifest) and name not in RESERVED:
            yield f"dataset '{name}': {found.reason}: move 'datasets/{name}' elsewhere, the rest is a store of 0.1"
