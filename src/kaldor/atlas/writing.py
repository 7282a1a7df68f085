"""Write a dataset's content folder and draw up its manifest."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.believable import Signs, check_cells, check_labels_and_years
from kaldor.atlas.blocs import ALL, NOT
from kaldor.atlas.catalogue import CatalogueSource
from kaldor.atlas.manifest import ExtensionEntry, Manifest, Provenance, StoredFile
from kaldor.atlas.measuring import Oddities
from kaldor.atlas.readers.contents import (
    CodeContents,
    Column,
    Contents,
    EconomyContents,
    ExtensionContents,
)
from kaldor.atlas.tables import file_hash, values_hash, write_table
from kaldor.errors import InputError, Problem

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many parts are done and how many there are."""

WRITTEN = re.compile(
    r"-?\d+/(Z|Y|x|F|F_Y)\.npy|(regions|sectors|final_demand|values|households|codes|indicators)\.parquet"
)
"""How the files of a content folder are called, for where no manifest says it any more."""


def write_dataset(
    folder: Path,
    id: str,
    contents: Contents,
    source: CatalogueSource,
    provenance: Provenance,
    progress: Progress | None = None,
) -> Manifest:
    """Write contents into an empty folder and return the manifest that describes them.

    Raises InputError with the problems of all years together; what is in the folder is then of no use.
    """
    check_labels_and_years(contents)
    tables = _tables(contents)
    if isinstance(contents, EconomyContents):
        _refuse_names(id, contents)
        odd = Oddities(source.unit)
        _write_years(folder, contents, progress, odd if source.measured else None)
        issues = dict.fromkeys((*source.known_issues, *odd.sentences()))
        source = source.model_copy(update={"known_issues": tuple(issues)})
    for name, columns in tables.items():
        write_table(folder / f"{name}.parquet", columns, {"source": source.citation, "unit": source.unit})
    files = _stored_files(folder, {f"{name}.parquet": values_hash(columns) for name, columns in tables.items()})
    return Manifest(
        id=id,
        kind=source.kind,
        unit=source.unit,
        status=source.status,
        years=contents.years,
        source=source,
        extensions=_extension_entries(id, contents, source),
        counts=_counts(contents),
        provenance=provenance,
        content=f"v-{secrets.token_hex(8)}",  # never one that is there already, be it damaged
        content_hash=_hash_of({name: file.values for name, file in files.items()}),
        files=files,
    )


def _tables(contents: Contents) -> dict[str, Mapping[str, Column]]:
    if isinstance(contents, EconomyContents):
        return {"regions": contents.regions, "sectors": contents.sectors, "final_demand": contents.final_demand}
    if isinstance(contents, ExtensionContents):
        return {"values": contents.values, "households": contents.households}
    if isinstance(contents, CodeContents):
        return {"codes": contents.values}
    return {"indicators": contents.values}


def _refuse_names(id: str, contents: EconomyContents) -> None:
    """Refuse regions and sectors whose codes are words by which several are named or taken away."""
    problems = [
        Problem(f"{id}, {kind}s", f"'{code}' cannot be the code of a {kind}: {why}.", "Give it another code.")
        for kind, codes in (("region", contents.regions["region"]), ("sector", contents.sectors["code"]))
        for code in codes
        for why in [f"it names every {kind}" if code == ALL else f"what begins with '{NOT}' is taken away"]
        if code == ALL or code.startswith(NOT)
    ]
    if problems:
        raise InputError(problems)


def _write_years(folder: Path, contents: EconomyContents, progress: Progress | None, odd: Oddities | None) -> None:
    problems: list[Problem] = []
    for done, year in enumerate(contents.years):
        if progress:
            progress(f"year {year}", done, len(contents.years))
        try:
            _write_year(folder / str(year), year, contents, odd)
        except InputError as error:  # go on: the reader of the message should see what is wrong with every year
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    if progress:
        progress("all years", len(contents.years), len(contents.years))


def _write_year(folder: Path, year: int, contents: EconomyContents, odd: Oddities | None) -> None:
    """Write one year's arrays; they are gone from memory before the next year is read.

    Only finite numbers that can be added up come into the store, so that who opens an economy need not look at every
    cell again.
    """
    folder.mkdir()
    signs = Signs()
    if contents.load_rows:
        n = len(contents.regions["region"]) * len(contents.sectors["code"])
        with (folder / "Z.npy").open("wb") as stream:
            header = {"descr": "<f8", "fortran_order": False, "shape": (n, n)}
            np.lib.format.write_array_header_1_0(stream, header)

            def take(rows: NDArray[np.float64]) -> None:
                check_cells(rows, f"{folder.name}, array 'Z'")
                signs.see(rows)
                stream.write(np.ascontiguousarray(rows, "<f8").data)

            arrays = contents.load_rows(year, take)
    else:
        arrays = contents.load(year)
    if odd:
        odd.see(year, arrays)
    for name, array in arrays.named().items():
        if name == "Z" and contents.load_rows:
            continue
        check_cells(array, f"{folder.name}, array '{name}'")
        if name == "Z":
            signs.see(array)
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    signs.check(f"{folder.name}, array 'Z'")


def _stored_files(folder: Path, value_hashes: Mapping[str, str]) -> dict[str, StoredFile]:
    files = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, sha256 = path.relative_to(folder).as_posix(), file_hash(path)
        files[name] = StoredFile(bytes=path.stat().st_size, sha256=sha256, values=value_hashes.get(name, sha256))
    return files


def _hash_of(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()


def _extension_entries(id: str, contents: Contents, source: CatalogueSource) -> tuple[ExtensionEntry, ...]:
    if isinstance(contents, EconomyContents):
        return contents.extensions
    if isinstance(contents, ExtensionContents) and source.extensions:
        return tuple(ExtensionEntry(**held.model_dump()) for held in source.extensions)
    if isinstance(contents, ExtensionContents):
        called = source.extension
        name, label = (called.id, called.name) if called else (id, id)
        return (ExtensionEntry(id=name, name=label, unit=source.unit, status=source.status),)
    return ()


def _counts(contents: Contents) -> dict[str, int]:
    if isinstance(contents, EconomyContents):
        labels = {
            "regions": contents.regions["region"],
            "sectors": contents.sectors["code"],
            "demand categories": contents.final_demand["code"],
        }
        return {name: len(column) for name, column in labels.items()}
    if isinstance(contents, CodeContents):
        return {"codes": len(contents.values["code"]), "levels": len(set(contents.values["level"]))}
    kinds = ("region", "sector") if isinstance(contents, ExtensionContents) else ("indicator", "region")
    counts = {f"{name}s": len(set(contents.values[name])) for name in kinds}
    return counts | {"values": len(contents.values["value"])}
