"""Write a dataset as files that `kaldor data add` reads back into the same dataset: npz, CSV and a description."""

from __future__ import annotations

import csv
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kaldor.atlas import leftovers
from kaldor.atlas.catalogue import CatalogueSource
from kaldor.atlas.manifest import Manifest
from kaldor.atlas.reading import array_names
from kaldor.atlas.tables import read_columns, read_frame
from kaldor.errors import InputError, Problem
from kaldor.unforeseen import refusal


def export_dataset(manifest: Manifest, content: Path, folder: Path) -> list[Path]:
    """Write a dataset in the plain layout of its kind; arrays keep their type, numbers all their digits.

    Returns the files written. Raises InputError where `folder` is a file or holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(Problem(str(folder), "is not an empty folder.", "Name a new one; nothing is overwritten."))
    parts = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}.part")
    try:
        parts.mkdir(parents=True)
        written = [_description(manifest, parts), *_WRITERS[manifest.kind](manifest, content, parts)]
        if folder.exists():
            folder.rmdir()
        parts.replace(folder)
    except FileNotFoundError:
        raise  # the store reads again where a writer replaced the dataset meanwhile
    except OSError as error:
        said, remedy = refusal(error)
        raise InputError(Problem(str(folder), f"cannot be written ({said}).", remedy)) from None
    finally:
        leftovers.remove(parts.parent, parts.name)
    return [folder / path.name for path in written]


def description_toml(source: CatalogueSource) -> str:
    """A source's declaration as the text of a TOML file; where its files can be fetched is the catalogue's to say."""
    fields = source.model_dump(mode="json", exclude_defaults=True, exclude={"remote", "by_hand"})
    plain = [
        f"{key} = {_toml(value)}" for key, value in fields.items() if not (isinstance(value, dict) or _records(value))
    ]
    tables = [_table(f"[{key}]", value) for key, value in fields.items() if isinstance(value, dict)]
    tables += [_table(f"[[{key}]]", one) for key, value in fields.items() if _records(value) for one in value]
    return "\n".join([*plain, *tables]) + "\n"


def _table(head: str, entries: Mapping[str, Any]) -> str:
    return "\n".join([f"\n{head}", *(f"{name} = {_toml(entry)}" for name, entry in entries.items())])


def _records(value: Any) -> bool:
    """Whether a value is a list of tables."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _description(manifest: Manifest, folder: Path) -> Path:
    path = folder / "dataset.toml"
    path.write_text(description_toml(manifest.source), encoding="utf-8")
    return path


def _economy(manifest: Manifest, content: Path, folder: Path) -> list[Path]:
    written = [
        _csv(folder / f"{name}.csv", list(table), zip(*table.values(), strict=True))
        for name in ("regions", "sectors", "final_demand")
        for table in [read_columns(content / f"{name}.parquet")]
    ]
    if manifest.extensions:
        rows = [(e.id, e.name, e.unit, e.status) for e in manifest.extensions]
        written.append(_csv(folder / "extensions.csv", ["id", "name", "unit", "status"], rows))
    for year in manifest.years:
        arrays = {name: np.load(content / str(year) / f"{name}.npy", mmap_mode="r") for name in array_names(manifest)}
        path = folder / f"{manifest.id}_{year}.npz"
        np.savez_compressed(path, allow_pickle=False, **arrays)
        written.append(path)
    return written


def _extension(manifest: Manifest, content: Path, folder: Path) -> list[Path]:
    values, households = read_frame(content / "values.parquet"), read_frame(content / "households.parquet")
    written = []
    for entry in manifest.extensions:
        own, direct = (f[f["extension"] == entry.id] if "extension" in f.columns else f for f in (values, households))
        written.append(_wide(folder / f"F_{entry.id}.csv", own, ["region", "sector"]))
        if len(direct):
            written.append(_wide(folder / f"F_Y_{entry.id}.csv", direct, ["region"]))
    return written


def _indicators(manifest: Manifest, content: Path, folder: Path) -> list[Path]:
    frame = read_frame(content / "indicators.parquet")
    return [_csv(folder / f"{manifest.id}.csv", list(frame.columns), _text_rows(frame))]


def _codes(manifest: Manifest, content: Path, folder: Path) -> list[Path]:
    table = read_columns(content / "codes.parquet")
    return [
        _csv(folder / f"{manifest.id}-codes-{manifest.years[0]}.csv", list(table), zip(*table.values(), strict=True))
    ]


_WRITERS = {"economy": _economy, "extension": _extension, "indicators": _indicators, "codes": _codes}


def _wide(path: Path, frame: Any, labels: list[str]) -> Path:
    """A long frame as a CSV with a column for each year, its rows in the order of their first appearance.

    A cell that is not there stays empty.
    """
    years = sorted(int(year) for year in frame["year"].unique())
    cells: dict[tuple[str, ...], dict[int, float]] = {}
    keys = zip(*(frame[label] for label in labels), strict=True)
    for key, year, value in zip(keys, frame["year"], frame["value"], strict=True):
        cells.setdefault(key, {})[int(year)] = float(value)
    rows = (
        (*key, *(repr(by_year[year]) if year in by_year else "" for year in years)) for key, by_year in cells.items()
    )
    return _csv(path, [*labels, *map(str, years)], rows)


def _text_rows(frame: Any) -> Iterable[Sequence[str]]:
    columns = [[repr(v) if isinstance(v, float) else str(v) for v in frame[name].tolist()] for name in frame.columns]
    return zip(*columns, strict=True)


def _csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path


def _toml(value: str | int | Sequence[Any] | Mapping[str, Any]) -> str:
    """A text, whole number or list as TOML: its basic strings are those of JSON, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
