"""The quality report of a stored dataset: what an analyst should know of it before trusting a figure.

Does each year balance? Are there negative flows, empty rows, industries whose inputs exceed their output? What is out
of line with the year before, or with an older vintage of the same data? Which years, countries, industries are missing?
And what does the source itself say is wrong with it? Every fault is named by its place.

Known limits: a report cannot know what is true. A value out of line may be a fact; a wrong value in line is not seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.checking import Balance, balance
from kaldor.atlas.manifest import Manifest
from kaldor.atlas.published import PublishedEconomy
from kaldor.atlas.quality import outliers
from kaldor.atlas.quality.accounts import account_faults
from kaldor.atlas.quality.faults import KINDS, Counted, Fault, Weight
from kaldor.atlas.quality.labour import labour_faults
from kaldor.atlas.quality.outliers import Jump
from kaldor.atlas.quality.series import series_faults
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    from kaldor.atlas.store import Store

_GAP = 0.01  # of an industry's output, and
_ROUNDING = 1e-7  # of the world's: what rounding explains is not counted
_FLOOR = 1e-6  # of the world's output: smaller flows are not looked at one by one
_LIMIT = 8.0  # usual spreads of change; WIOD has some 10 to 120 such flows a year
_SCALE = 3.0  # a factor of the whole table from one year to the next that no growth explains
_APPEARED = 10 * _FLOOR
_BELOW = {"Z": "negative flow", "x": "negative output"}


@dataclass(frozen=True)
class Coverage:
    """What the dataset holds: years, regions, sectors, final uses, extensions, values; and what of a full grid is not.

    `years_missing` lie inside its span; `years_offered` are those of the publisher that the catalogue knows.
    `filled` is the share of the region × sector × year grid that holds a value (1 for an economy).
    """

    years: tuple[int, ...]
    years_missing: tuple[int, ...]
    years_offered: tuple[int, int] | None
    counts: dict[str, int]
    extensions: tuple[str, ...]
    filled: float


@dataclass(frozen=True)
class QualityReport:
    """All that is known of the quality of one dataset; `record()` is its JSON."""

    id: str
    title: str
    kind: str
    unit: str
    content_hash: str
    compared_with: str
    coverage: Coverage
    balances: tuple[Balance, ...]
    counts: tuple[Counted, ...]
    faults: tuple[Fault, ...]
    known_issues: tuple[str, ...]
    notes: tuple[str, ...]

    def total(self, weight: Weight) -> int:
        """Number of faults of this weight."""
        return sum(one.count for one in self.counts if KINDS[one.kind][0] == weight)

    def record(self) -> dict[str, Any]:
        """The report for JSON, which knows no infinity."""
        record = asdict(self)
        record["totals"] = {weight: self.total(weight) for weight in ("wrong", "doubtful", "note")}
        record["faults"] = [{**asdict(fault), "weight": fault.weight} for fault in self.faults]
        return _finite(record)


def quality_report(
    store: Store,
    id: str,
    *,
    against: str | None = None,
    most: int = 10,
    progress: Callable[[str, int, int], None] | None = None,
) -> QualityReport:
    """Look a dataset over: every year by itself, and against the year before, or the dataset `against`.

    `most` is how many faults of one kind and year are listed one by one, the largest first; all are counted.
    Raises UnknownDatasetError; InputError where `against` is of another kind.
    """
    manifest = store.info(id)
    if against is not None and store.info(against).kind != manifest.kind:
        other = store.info(against).kind
        raise InputError(Problem("against", f"'{against}' is of kind {other}, '{id}' of kind {manifest.kind}."))
    found = _Found(most)
    for problem in store.check(id):
        found.add([Fault("damaged", None, problem.where, problem.what)])
    balances: list[Balance] = []
    filled = 1.0
    if not found.faults:
        if manifest.kind == "economy":
            balances = _look_at_years(store, manifest, against, found, progress)
        else:
            frame = store.extension(id) if manifest.kind == "extension" else store.indicators(id)
            filled = series_faults(frame, found.add, limit=_LIMIT)
            found.add(labour_faults(frame))
            if manifest.kind == "extension":
                _look_beside(store, manifest, found)
    _missing_years(manifest, found)
    return QualityReport(
        id=manifest.id,
        title=manifest.source.title,
        kind=manifest.kind,
        unit=manifest.unit,
        content_hash=manifest.content_hash,
        compared_with=against or "the year before",
        coverage=_coverage(manifest, filled),
        balances=tuple(balances),
        counts=tuple(found.counts),
        faults=tuple(found.faults),
        known_issues=manifest.source.known_issues,
        notes=(*manifest.source.notes, *(f"{year}: {note}" for year, note in manifest.source.year_notes.items())),
    )


class _Found:
    """Faults as they are found: all counted, the largest of each kind and year kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.faults: list[Fault] = []
        self.counts: list[Counted] = []

    def add(self, faults: Iterable[Fault], count: int | None = None) -> None:
        """Take faults of one kind and year; `count` where there are more than those given."""
        listed = sorted(faults, key=lambda fault: -fault.size)
        if not listed:
            return
        kinds = list(dict.fromkeys((fault.kind, fault.year) for fault in listed))
        for kind, year in kinds:
            own = [fault for fault in listed if (fault.kind, fault.year) == (kind, year)]
            self.faults += own[: self._most]
            self.counts.append(Counted(kind, year, len(own) if count is None else count))


def _look_beside(store: Store, manifest: Manifest, found: _Found) -> None:
    """Intensities of an extension in the economies of the store that it belongs to."""
    looked_at = {entry.id for entry in manifest.extensions}
    held = [one for one in store.listing().datasets if one.kind == "economy" and manifest.id in one.source.companions]
    for economy in held:
        before = None
        for year in sorted(set(economy.years) & set(manifest.years)):
            try:
                table = store.economy(economy.id, year, [manifest.id])
            except InputError as error:
                found.add([Fault("not comparable", year, economy.id, str(error).splitlines()[0])])
                break
            own = replace(table, extensions=tuple(e for e in table.extensions if e.id in looked_at))
            found.add(list(account_faults(own, before)))
            before = own


# -- economies -----------------------------------------------------------------------------------------------------


def _look_at_years(
    store: Store,
    manifest: Manifest,
    against: str | None,
    found: _Found,
    progress: Callable[[str, int, int], None] | None,
) -> list[Balance]:
    balances: list[Balance] = []
    before: PublishedEconomy | None = None
    for done, year in enumerate(manifest.years):
        if progress is not None:
            progress(str(year), done, len(manifest.years))
        table = store.economy(manifest.id, year)
        _within(table, found)
        found.add(account_faults(table, before))
        balances.append(balance(table))
        if against is None:
            older = before
        else:
            older = store.economy(against, year) if year in store.info(against).years else None
        if older is not None:
            _compared(older, table, found)
        elif against is not None:
            found.add([Fault("not comparable", year, against, "holds no such year.")])
        before = table
    return balances


def _within(table: PublishedEconomy, found: _Found) -> None:
    """What is wrong with one year by itself."""
    names, uses = _labels(table)
    x = np.asarray(table.x, np.float64)
    sold, bought = table.Z.sum(axis=1, dtype=np.float64), table.Z.sum(axis=0, dtype=np.float64)
    used = sold + table.Y.sum(axis=1, dtype=np.float64)
    unit, year = table.unit, table.year
    places = {"Z": (names, names), "Y": (names, uses), "x": (names,)}
    for name, array in (("Z", table.Z), ("Y", table.Y), ("x", table.x)):
        holes = np.argwhere(~np.isfinite(np.asarray(array)))
        found.add(
            [Fault("missing value", year, _place(name, at, places[name]), "no number") for at in holes[:1000]],
            len(holes),
        )
        if name == "Y":
            continue  # falling inventories are normal
        at = np.argwhere(np.asarray(array) < 0)
        values = [float(array[tuple(place)]) for place in at[:1000]]
        found.add(
            [
                Fault(_BELOW[name], year, _place(name, place, places[name]), f"{_figure(value)} {unit}", -value)
                for place, value in zip(at[:1000], values, strict=True)
            ],
            len(at),
        )
    gap = np.abs(x - used)
    made = x > 0
    _lines(found, "gap", year, names, (gap > _GAP * np.maximum(x, used)) & (gap > _ROUNDING * x.sum()), gap,
           lambda i: f"output {_figure(x[i])}, uses {_figure(used[i])} {unit}")  # fmt: skip
    _lines(found, "inputs exceed output", year, names, (bought >= x) & (bought > 0), bought - x,
           lambda i: f"inputs {_figure(bought[i])}, output {_figure(x[i])} {unit}")  # fmt: skip
    _lines(found, "empty row", year, names, made & (used == 0), x, lambda i: f"output {_figure(x[i])} {unit}")
    _lines(found, "empty column", year, names, made & (bought == 0), x, lambda i: f"output {_figure(x[i])} {unit}")
    for extension in table.extensions:
        F = np.asarray(extension.F, np.float64)
        _lines(found, "emission without output", year, [f"{extension.id}: {name}" for name in names], ~made & (F != 0),
               np.abs(F), lambda i, F=F, unit=extension.unit: f"{_figure(F[i])} {unit}")  # type: ignore[misc]  # fmt: skip


def _compared(before: PublishedEconomy, after: PublishedEconomy, found: _Found) -> None:
    """What is out of line with an older table of the same labels."""
    year = after.year
    labels = [(one.regions, one.sectors) for one in (before, after)]
    if labels[0] != labels[1]:
        what = "regions or sectors differ from the table before: not compared."
        found.add([Fault("not comparable", year, f"{before.source.id} {before.year}", what)])
        return
    names, _ = _labels(after)
    old, new = np.asarray(before.x, np.float64), np.asarray(after.x, np.float64)
    ratio = outliers.median_ratio(old, new)
    if ratio is not None and not 1 / _SCALE <= ratio <= _SCALE:
        what = f"half of all outputs are more than {ratio:.3g} times what they were: has the unit changed?"
        found.add([Fault("scale", year, "x", what, ratio)])
    floor, unit = _FLOOR * float(new.sum()), after.unit
    groups = np.repeat(np.arange(len(after.regions)), len(after.sectors))
    jumps = outliers.line_jumps(old, new, groups, floor=floor, limit=_LIMIT)
    found.add([_jump("output out of line", year, names[j.place[0]], j, unit) for j in jumps.largest], jumps.count)
    cells = outliers.cell_jumps(before.Z, after.Z, floor=floor, limit=_LIMIT, most=100)
    found.add(
        [_jump("flow out of line", year, _place("Z", j.place, (names, names)), j, unit) for j in cells.largest],
        cells.count,
    )
    new_cells = outliers.appearances(before.Z, after.Z, floor=_APPEARED * float(new.sum()), most=100)
    found.add(
        [
            _jump("flow appeared or vanished", year, _place("Z", j.place, (names, names)), j, unit)
            for j in new_cells.largest
        ],
        new_cells.count,
    )
    older = {extension.id: extension for extension in before.extensions}
    for extension in after.extensions:
        if extension.id in older:
            F = np.asarray(extension.F, np.float64)
            jumps = outliers.line_jumps(
                np.asarray(older[extension.id].F, np.float64), F, groups, floor=1e-5 * float(F.sum()), limit=_LIMIT
            )
            found.add(
                [
                    _jump("extension out of line", year, f"{extension.id}: {names[j.place[0]]}", j, extension.unit)
                    for j in jumps.largest
                ],
                jumps.count,
            )


def _lines(
    found: _Found,
    kind: str,
    year: int,
    names: Sequence[str],
    which: NDArray[np.bool_],
    size: NDArray[np.float64],
    words: Callable[[int], str],
) -> None:
    at = np.flatnonzero(which)
    found.add([Fault(kind, year, names[i], words(i), float(size[i])) for i in map(int, at)])


def _jump(kind: str, year: int, where: str, jump: Jump, unit: str) -> Fault:
    spreads = "" if math.isinf(jump.score) else f", {abs(jump.score):.0f} times the usual spread"
    what = f"{_figure(jump.before)} → {_figure(jump.after)} {unit}{spreads}"
    return Fault(kind, year, where, what, abs(jump.after - jump.before))


# -- coverage and words ------------------------------------------------------------------------------------------


def _missing_years(manifest: Manifest, found: _Found) -> None:
    for year in _years_missing(manifest.years):
        found.add([Fault("missing year", year, manifest.id, "is not in the dataset")])


def _years_missing(years: Sequence[int]) -> tuple[int, ...]:
    return tuple(year for year in range(min(years), max(years) + 1) if year not in years) if years else ()


def _coverage(manifest: Manifest, filled: float) -> Coverage:
    return Coverage(
        years=manifest.years,
        years_missing=_years_missing(manifest.years),
        years_offered=manifest.source.years,
        counts=dict(manifest.counts),
        extensions=tuple(f"{entry.id} ({entry.unit})" for entry in manifest.extensions),
        filled=filled,
    )


def _labels(table: PublishedEconomy) -> tuple[list[str], list[str]]:
    names = [f"{region}/{sector}" for region in table.regions for sector in table.sectors]
    uses = [f"{region}/{use}" for region in table.regions for use in table.demands]
    return names, uses


def _place(array: str, at: Iterable[int], labels: Sequence[Sequence[str]]) -> str:
    """Z: row, column (the seller, then the buyer)."""
    return f"{array}: " + " → ".join(names[int(i)] for names, i in zip(labels, at, strict=True))


def _figure(value: float) -> str:
    """Four digits, thousands set apart, a true minus."""
    value = float(value)
    decimals = 0 if value == 0 else max(0, min(6, 3 - math.floor(math.log10(abs(value)))))
    return f"{value:,.{decimals}f}".replace("-", "−")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
