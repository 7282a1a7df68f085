"""Emissions counted on the territory, where the store holds them, to stand beside accounts by residence.

A table and its accounts follow residence, an inventory territory; Germany's of 2009 differ by 8 %. Which indicators are
inventories is declared in territorial.toml; a user's own carries the id `co2_territorial`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kaldor.atlas.manifest import Manifest
from kaldor.atlas.published import Source
from kaldor.atlas.store import Store
from kaldor.declared import Declared, DeclaredFile, read_packaged

UNIT = "kt CO2"
_KT = {"kt": 1.0, "mt": 1_000.0, "t": 0.001, "gt": 1e6}


class _Indicator(Declared):
    id: str
    extension: str


class _Indicators(DeclaredFile):
    indicators: tuple[_Indicator, ...]


@dataclass(frozen=True)
class Territorial:
    """What a country emitted on its territory in a year (in `UNIT`), by which indicator of which dataset."""

    region: str
    year: int
    value: float
    indicator: str
    dataset: str
    content_hash: str
    source: Source


Inventories = Callable[[str, int], tuple[Territorial, ...]]
"""Of an extension and a year, what stands beside it."""


def territorial(store: Store, extension: str, year: int, regions: Sequence[str]) -> tuple[Territorial, ...]:
    """What the datasets of a store say, one figure a region: of the first dataset that has it, by id.

    Rows of a unit that is no mass are left out. Empty where nothing is known. Raises what `Store.indicators` does.
    """
    wanted = [one.id for one in _declared() if one.extension == extension]
    if not wanted or not store.exists():
        return ()
    found: dict[str, Territorial] = {}
    for manifest in sorted(store.datasets(), key=lambda one: one.id):
        if manifest.kind == "indicators" and year in manifest.years:
            for one in _of(store, manifest, wanted, year):
                if one.region in regions:
                    found.setdefault(one.region, one)
    return tuple(found[region] for region in regions if region in found)


def _of(store: Store, manifest: Manifest, wanted: Sequence[str], year: int) -> Iterator[Territorial]:
    frame = store.indicators(manifest.id)
    rows = frame[frame["indicator"].isin(wanted) & (frame["year"] == year) & frame["value"].notna()]
    for indicator, region, value, unit in zip(
        *(rows[name] for name in ("indicator", "region", "value", "unit")), strict=True
    ):
        factor = _KT.get(str(unit).split(" ")[0].lower())
        if factor is not None:
            yield Territorial(
                str(region),
                year,
                float(value) * factor,
                str(indicator),
                manifest.id,
                manifest.content_hash,
                manifest.source.as_source(),
            )


@cache
def _declared() -> tuple[_Indicator, ...]:
    return read_packaged(_Indicators, "kaldor.atlas", "territorial.toml").indicators
