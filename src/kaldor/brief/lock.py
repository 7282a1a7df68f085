"""The lock of a study: content hashes of everything that went into a brief, so that it can be made again.

Its fingerprint is of what decides the brief. On what machine it was made (`environment`) stands beside, since the same
study gives the same brief on another one.
"""

from __future__ import annotations

import hashlib
import json
import platform
import zlib
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import Any, Final

import numpy as np

from kaldor import __version__, threads
from kaldor.atlas.ids import STARTER
from kaldor.atlas.published import PublishedEconomy, PublishedExtension
from kaldor.atlas.starter import content_hash

_LIBRARIES: Final = ("numpy", "scipy", "pandas", "pyarrow", "jinja2", "typst", "pydantic", "SALib")


def lock_of(
    file: str,
    text: str,
    table: PublishedEconomy,
    datasets: Mapping[str, str],
    included: Mapping[str, str] | None = None,
    seeds: Mapping[str, int] | None = None,
    earlier: Sequence[PublishedEconomy] = (),
    beside: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What a run depends on: the study file and those it includes, the arrays it read, code, seeds, library versions.

    Beside the fingerprint of it, on what it ran: Python, system, processor, linear algebra with its kernel and threads.

    `datasets` maps each extension of the table to the dataset that it came from; "economy" maps to the table's own.
    `earlier` are the tables of other years that the study compares with.
    `beside` are content hashes of datasets from which single figures stand beside those of the table.
    `included` are SHA-256 hashes by path, `seeds` those of everything drawn, by what is drawn.
    """
    lock: dict[str, Any] = {
        "study": {"file": file, "sha256": hashlib.sha256(text.encode()).hexdigest()},
        "included": [{"file": name, "sha256": digest} for name, digest in (included or {}).items()],
        "inputs": _inputs(table, datasets)
        + [one for table in {table.year: table for table in earlier}.values() for one in _inputs(table, datasets)]
        + [{"dataset": id, "kind": "indicators", "sha256": digest} for id, digest in sorted((beside or {}).items())],
        "code": {"kaldor": __version__, "sha256": _code_hash()},
        "seeds": dict(seeds or {}),
        "libraries": {name: metadata.version(name) for name in _LIBRARIES},
    }
    return {**lock, "fingerprint": fingerprint(lock), "environment": _environment()}


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of some JSON content, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _environment() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.machine(),
        "linear algebra": threads.in_use(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def _inputs(table: PublishedEconomy, datasets: Mapping[str, str]) -> list[dict[str, Any]]:
    labels = (*table.regions, *table.sectors, *table.demands, table.unit, str(table.year))
    own = {
        "dataset": datasets["economy"],
        "kind": "economy",
        "year": table.year,
        "status": table.status,
        "sha256": _hash(datasets["economy"], labels, (table.Z, table.Y, table.x)),
    }
    carried = [
        {
            "dataset": datasets[extension.id],
            "kind": "extension",
            "extension": extension.id,
            "year": table.year,
            "status": extension.status,
            "sha256": _hash(datasets[extension.id], (extension.id, extension.unit), _arrays(extension)),
        }
        for extension in table.extensions
    ]
    return [own, *carried]


def _arrays(extension: PublishedExtension) -> tuple[np.ndarray, ...]:
    missing = () if extension.missing is None else (extension.missing,)
    return (extension.F, extension.F_Y, *missing)


def _hash(dataset: str, labels: Iterable[str], arrays: Iterable[np.ndarray]) -> str:
    digest = hashlib.sha256("\n".join(labels).encode())
    if dataset == STARTER:  # made anew at every start, to a last digit that differs by machine: its facts decide it
        digest.update(content_hash().encode())
        return digest.hexdigest()
    for array in arrays:
        digest.update(f"{array.shape}".encode())
        # One type on every machine: the hash is of the values, not of how a file happens to hold them.
        digest.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
    return digest.hexdigest()


def _code_hash() -> str:
    digest = hashlib.sha256()
    for name, file in sorted(_files(resources.files("kaldor"), "")):
        digest.update(name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(folder: Traversable, prefix: str) -> Iterable[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry, f"{name}/")
        elif entry.is_file() and not entry.name.endswith(".pyc"):
            yield name, entry
