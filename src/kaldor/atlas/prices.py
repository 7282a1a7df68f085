"""Prices by country: deflators in dollars, purchasing power parities, values at constant prices; each with its source.

Read from a dataset of indicators in the store (World Development Indicators or Penn World Table), or from the few
countries and years of deflators.toml. A country without figures has no value, never a deflator of one; `attrs` names
it under `missing`, and under `basis` what each value rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from kaldor.atlas.blocs import members
from kaldor.atlas.money import rise_of_dollar
from kaldor.atlas.readers.rows import number, number_problem, rows_of
from kaldor.atlas.regions import canonical_code
from kaldor.declared import DeclaredFile, read_packaged
from kaldor.errors import InputError, Problem

GDP_RATIO = "GDP in current over GDP in constant US$ (NY.GDP.MKTP.CD, NY.GDP.MKTP.KD)"
INDEX_AND_RATE = "GDP deflator and exchange rate (NY.GDP.DEFL.ZS, PA.NUS.FCRF)"
PENN_GDP = "GDP in current US$ over GDP at constant national prices (cgdpo, pl_gdpo, rgdpna)"
WDI_PPP = "purchasing power parity (PA.NUS.PPP)"
PENN_PPP = "price level and exchange rate (pl_gdpo, xr)"
WDI_LEVEL = "GDP in US$ over GDP in international dollars (NY.GDP.MKTP.CD, NY.GDP.MKTP.PP.CD)"
PARITY_AND_RATE = "purchasing power parity over exchange rate (PA.NUS.PPP, PA.NUS.FCRF)"
PENN_LEVEL = "price level of GDP (pl_gdpo)"

BUILT_IN = "builtin"

LOWEST, HIGHEST = 1e-6, 1e6
"""Bounds of a deflator: beyond them no prices of one currency have moved between two years of a table."""

Values = Callable[[str], pd.Series]
"""An indicator's values by region."""


def deflators_in_dollars(frame: pd.DataFrame, earlier: int, later: int, regions: Iterable[str]) -> pd.Series:
    """How many more dollars the same product of each region costs in `later` than in `earlier` (1.27: 27 % more).

    The rise of a country's own prices times the rise of its currency against the dollar: GDP in current over GDP in
    constant US dollars where both are there, which spans a change of currency; else GDP deflator and exchange rate, but
    not across a country's entry into the euro area; else the Penn World Table. `frame` is as `Store.indicators` gives
    it (indicator, region, year, value). Raises InputError where it holds none of these indicators in both years.
    """
    before, after = _of(frame, earlier), _of(frame, later)
    bases = {
        GDP_RATIO: _gdp_in_dollars(after) / _gdp_in_dollars(before),
        INDEX_AND_RATE: _same_currency(_own_prices(after) / _own_prices(before), earlier, later),
        PENN_GDP: _penn_gdp(after) / _penn_gdp(before),
    }
    return _first_of(bases, regions, "deflator", f"US$ of {later} for what cost 1 US$ in {earlier}")


def ppp_rates(frame: pd.DataFrame, year: int, regions: Iterable[str]) -> pd.Series:
    """Units of each region's currency that buy what one dollar buys in the United States (per international dollar).

    From PA.NUS.PPP, or from the price level and exchange rate of the Penn World Table. Raises InputError where the
    frame holds neither in this year.
    """
    found = _of(frame, year)
    bases = {WDI_PPP: found("PA.NUS.PPP"), PENN_PPP: _against_us(found("pl_gdpo")) * found("xr")}
    return _first_of(bases, regions, "ppp", f"currency per international dollar, {year}")


def price_levels(frame: pd.DataFrame, year: int, regions: Iterable[str]) -> pd.Series:
    """What a dollar's worth of products of the United States costs in each region, in dollars at exchange rates.

    A value in US dollars divided by it is in international dollars. Raises InputError as `ppp_rates` does.
    """
    found = _of(frame, year)
    bases = {
        WDI_LEVEL: found("NY.GDP.MKTP.CD") / found("NY.GDP.MKTP.PP.CD"),
        PARITY_AND_RATE: found("PA.NUS.PPP") / found("PA.NUS.FCRF"),
        PENN_LEVEL: _against_us(found("pl_gdpo")),
    }
    return _first_of(bases, regions, "price_level", f"US price level of {year} = 1")


def constant_prices(values: pd.DataFrame, prices: pd.DataFrame, base: int) -> pd.DataFrame:
    """Amounts in current US dollars (region, year, value) at the prices of the year `base`.

    `prices` are indicators as `deflators_in_dollars` takes them. A row whose region has no deflator for its year is
    left out and named in `attrs["missing"]` as (region, year). Raises InputError where a year has none at all.
    """
    parts, missing = [], []
    for year, rows in values.reset_index(drop=True).groupby("year", sort=False):
        found = pd.Series(1.0, index=pd.unique(rows["region"]))
        if year != base:
            found = deflators_in_dollars(prices, base, int(year), found.index)
            missing += [(region, int(year)) for region in found.attrs["missing"]]
        kept = rows[rows["region"].isin(found.index)]
        parts.append(kept.assign(value=kept["value"] / kept["region"].map(found)))
    made = pd.concat(parts).sort_index() if parts else values.copy()
    made.attrs = {"unit": f"US$ at prices of {base}", "missing": tuple(missing)}
    return made


def built_in_deflators(earlier: int, later: int) -> pd.Series:
    """Deflators in dollars of the countries typed in deflators.toml. Raises InputError for other years."""
    typed = _typed()
    unknown = [year for year in (earlier, later) if year not in typed.years]
    if unknown:
        what = f"{', '.join(map(str, unknown))}: only {', '.join(map(str, typed.years))} are typed in."
        remedy = "Add the World Development Indicators or the Penn World Table and name that dataset."
        raise InputError(Problem("built-in deflators", what, remedy))
    old, new = typed.years.index(earlier), typed.years.index(later)
    rises = {
        code: index[new] / index[old] * typed.per_dollar[code][old] / typed.per_dollar[code][new]
        for code, index in typed.gdp_deflator.items()
    }
    series = pd.Series(rises, name="deflator").sort_index()
    unit = f"US$ of {later} for what cost 1 US$ in {earlier}"
    series.attrs = {"unit": unit, "source": typed.source, "basis": dict.fromkeys(rises, typed.source), "missing": ()}
    return series


def named_deflators(
    named: str,
    rest: float | None,
    earlier: int,
    later: int,
    regions: Sequence[str],
    read: Callable[[str], pd.DataFrame],
    unit: str,
) -> tuple[dict[Any, float], list[str]]:
    """Deflators of regions under a name, in the currency of a table's `unit`, and what to say of them.

    `named` is a dataset of indicators, fetched by `read` (as `Store.indicators`), or "builtin"; `rest` stands for
    regions without any. With "builtin" and no `rest` these have the deflator of the United States, which is said.
    Raises InputError for years without deflators or exchange rates, and what `read` raises.
    """
    dearer, converted = rise_of_dollar(unit, earlier, later)
    if named != BUILT_IN:
        found = deflators_in_dollars(read(named), earlier, later, regions)
        own = {region: deflator * dearer for region, deflator in found.items()}
        deflators, said = completed(own, f"dataset {named}: {found.attrs['source']}", rest, regions)
    else:
        typed = built_in_deflators(earlier, later)
        own = {code: float(typed[code]) * dearer for code in typed.index if code in regions}
        others = float(typed["USA"]) * dearer if rest is None else rest
        deflators, said = completed(own, typed.attrs["source"], others, regions)
    return deflators, [*said, *([converted] if converted else [])]


def typed_deflators(text: str, where: str) -> dict[Any, float]:
    """Deflators of a CSV text with the columns region, deflator and, where they differ by product, sector.

    By region or (region, sector). Raises InputError with every problem, by line: no number, one that is not within
    `LOWEST` to `HIGHEST`, a row that stands twice.
    """
    read = rows_of(text, where, ("region", "deflator"))
    found: dict[Any, float] = {}
    first: dict[Any, int] = {}
    problems = []
    for line, row in read.lines:
        value, place = number(row["deflator"]), read.place(line, "deflator")
        key = (row["region"], row["sector"]) if row.get("sector") else row["region"]
        if key in first:
            name = key if isinstance(key, str) else " ".join(key)
            what = f"{name} stands twice, in line {first[key]} too."
            problems.append(Problem(read.place(line), what, "Keep one of the two."))
        if value is None:
            problems.append(number_problem(place, row["deflator"]))
        elif not LOWEST <= value <= HIGHEST:
            problems.append(Problem(place, f"'{row['deflator'][:40]}' is not within {within_bounds()}."))
        else:
            found[key] = value
        first.setdefault(key, line)
    if problems:
        raise InputError(problems)
    return found


def within_bounds() -> str:
    """The bounds of a deflator in words."""
    return f"{LOWEST:.6f} to {HIGHEST:,.0f} (1.27: prices rose by 27 %)"


def completed(
    found: Mapping[Any, float], source: str, rest: float | None, regions: Sequence[str]
) -> tuple[dict[Any, float], list[str]]:
    """Deflators by region or (region, sector), `rest` for regions without any, and what to say of both."""
    known = {key[0] if isinstance(key, tuple) else key for key in found}
    without = [] if rest is None else [region for region in regions if region not in known]
    said = [f"Deflators: {source.rstrip('.')}."]
    if without:
        said.append(f"{len(without)} regions without a deflator of their own have {rest:.4g}: {', '.join(without)}.")
    return dict(found) | dict.fromkeys(without, rest or 0.0), said


def _of(frame: pd.DataFrame, year: int) -> Values:
    """A look-up of a year's values by indicator; regions without a figure above zero are not in it."""
    kept = frame[(frame["year"] == year) & (frame["value"] > 0)]
    if "sector" in kept:
        kept = kept[kept["sector"] == ""]

    def values(indicator: str) -> pd.Series:
        found = kept[kept["indicator"] == indicator]
        return pd.Series(found["value"].to_numpy(np.float64), index=found["region"].to_numpy(str), dtype=np.float64)

    return values


def _gdp_in_dollars(values: Values) -> pd.Series:
    return values("NY.GDP.MKTP.CD") / values("NY.GDP.MKTP.KD")


def _own_prices(values: Values) -> pd.Series:
    return values("NY.GDP.DEFL.ZS") / values("PA.NUS.FCRF")


def _penn_gdp(values: Values) -> pd.Series:
    return values("cgdpo") * values("pl_gdpo") / values("rgdpna")


def _against_us(levels: pd.Series) -> pd.Series:
    return levels / levels["USA"] if "USA" in levels else levels.iloc[:0]


def _same_currency(rises: pd.Series, earlier: int, later: int) -> pd.Series:
    """Without countries that took the euro in between: their exchange rates are not of one currency."""
    first, last = sorted((earlier, later))
    entered = set(members("EA", last)) - set(members("EA", first))
    return rises[[region not in entered for region in rises.index]]


def _first_of(bases: Mapping[str, pd.Series], regions: Iterable[str], name: str, unit: str) -> pd.Series:
    """For each region the value of the first basis that has one."""
    held = {basis: found.dropna() for basis, found in bases.items()}
    if not any(len(found) for found in held.values()):
        what = f"hold none of these: {'; '.join(bases)}."
        remedy = "Take the World Development Indicators or the Penn World Table, and years that they cover."
        raise InputError(Problem("indicators of prices", what, remedy))
    basis_of: dict[str, str] = {}
    values: dict[str, float] = {}
    asked = list(dict.fromkeys(regions))
    for region in asked:
        code = canonical_code(region)
        basis = next((basis for basis, found in held.items() if code in found.index), None)
        if basis is not None:
            basis_of[region], values[region] = basis, float(held[basis][code])
    series = pd.Series(values, name=name, dtype=np.float64)
    used = [basis for basis in held if basis in basis_of.values()]
    missing = tuple(region for region in asked if region not in values)
    series.attrs = {"unit": unit, "source": "; ".join(used), "basis": basis_of, "missing": missing}
    return series


class _Typed(DeclaredFile):
    source: str
    years: Sequence[int]
    gdp_deflator: Mapping[str, Sequence[float]]
    per_dollar: Mapping[str, Sequence[float]]


@cache
def _typed() -> _Typed:
    return read_packaged(_Typed, "kaldor.atlas", "deflators.toml")
