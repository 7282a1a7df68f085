"""The quality report of a stored dataset: what an analyst should know of it before trusting a figure.

Does each year balance? Are there negative flows, empty rows, industries whose inputs exceed their output? What is out
of line with the year before, or with an older vintage of the same data? Which years, countries, industries are missing?
And what does the source itself say is wrong with it? Every fault is named by its place.

Known limits: a report cannot know what is true. A value out of line may be a fact; a wrong value in line is not seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from kaldor.atlas.checking import Balance, balance
from kaldor.atlas.manifest import Manifest
from kaldor.atlas.published import PublishedEconomy
from kaldor.atlas.quality.accounts import account_faults, beside_output
from kaldor.atlas.quality.faults import KINDS, Counted, Fault, Weight
from kaldor.atlas.quality.found import Found
from kaldor.atlas.quality.labour import labour_faults
from kaldor.atlas.quality.series import series_faults
from kaldor.atlas.quality.tables import LIMIT, compare, look_within
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    from kaldor.atlas.store import Store


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
    found = Found(most)
    for problem in store.check(id):
        found.add([Fault("damaged", None, problem.where, problem.what)])
    balances: list[Balance] = []
    filled = 1.0
    if not found.faults:
        if manifest.kind == "economy":
            balances = _look_at_years(store, manifest, against, found, progress)
        else:
            frame = store.extension(id) if manifest.kind == "extension" else store.indicators(id)
            filled = series_faults(frame, found.add, limit=LIMIT)
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


def table_report(table: PublishedEconomy, *, most: int = 10) -> QualityReport:
    """Look over a table of one year that no store holds, such as the starter world, as `quality_report` does."""
    found = Found(most)
    look_within(table, found)
    found.add(list(account_faults(table, None)))
    counts = {"regions": len(table.regions), "sectors": len(table.sectors), "demand categories": len(table.demands)}
    extensions = tuple(f"{one.id} ({one.unit})" for one in table.extensions)
    return QualityReport(
        id=table.source.id,
        title=table.source.title,
        kind="economy",
        unit=table.unit,
        content_hash="",
        compared_with="nothing: it is of one year",
        coverage=Coverage((table.year,), (), None, counts, extensions, 1.0),
        balances=(balance(table),),
        counts=tuple(found.counts),
        faults=tuple(found.faults),
        known_issues=(),
        notes=table.notes,
    )


def _look_beside(store: Store, manifest: Manifest, found: Found) -> None:
    """The accounts of an extension beside the outputs of every economy of the store that it fits.

    An economy that it was made for and does not fit is named; any other is none of its business.
    """
    own = {entry.id for entry in manifest.extensions}
    for economy in store.listing().datasets:
        if economy.kind != "economy":
            continue
        before = None
        for year in sorted(set(economy.years) & set(manifest.years)):
            try:
                table = store.economy(economy.id, year, [manifest.id])
            except InputError as error:
                if manifest.id in economy.source.companions:
                    found.add([Fault("not comparable", year, economy.id, str(error).splitlines()[0])])
                break
            table = replace(table, extensions=tuple(one for one in table.extensions if one.id in own))
            faults = beside_output(table, before)
            found.add([replace(one, what=f"{one.what} (outputs of {economy.id})") for one in faults])
            before = table


def _look_at_years(
    store: Store,
    manifest: Manifest,
    against: str | None,
    found: Found,
    progress: Callable[[str, int, int], None] | None,
) -> list[Balance]:
    balances: list[Balance] = []
    before: PublishedEconomy | None = None
    for done, year in enumerate(manifest.years):
        if progress is not None:
            progress(str(year), done, len(manifest.years))
        table = store.economy(manifest.id, year)
        look_within(table, found, negative_flows=manifest.source.negative_flows)
        found.add(account_faults(table, before))
        balances.append(balance(table))
        if against is None:
            older = before
        else:
            older = store.economy(against, year) if year in store.info(against).years else None
        if older is not None:
            compare(older, table, found)
        elif against is not None:
            found.add([Fault("not comparable", year, against, "holds no such year.")])
        before = table
    return balances


def _missing_years(manifest: Manifest, found: Found) -> None:
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


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
