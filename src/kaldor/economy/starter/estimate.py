"""An economy from a handful of facts: what a country no table covers would look like with a borrowed technology.

Steps, in the order of this file: value added of each sector gives output (through a template's ratio), output gives
inputs, import shares and exports are scaled to the known trade, final use is what is left, and RAS brings the
country's table to its totals. Many countries are joined by gravity and fitted together, with what must hold (outputs,
value added, final use) hard, and what was typed about trade soft; what had to give way is reported.

Sources: Miller & Blair (2009), ch. 7–8, for borrowed coefficients and RAS; Anderson & van Wincoop (2003), American
Economic Review 93, for gravity; the balancing is that of `kaldor.economy.balance`.
Known limit: a borrowed technology is right on average and wrong for each country; the accuracy reached is measured
in `kaldor.economy.starter.leave_one_out`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.balance import FREE, Margin, fit_margins, ras
from kaldor.economy.starter.template import Template, with_column_sums
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]

LARGEST_EXPORTED_SHARE = 0.95
"""No sector sends more of its output abroad than this in a first guess; the rest keeps home use possible."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of one country, in one money unit: value added by sector (s), trade totals where known.

    `exports` and `imports` are without re-exports. `export_shares` (s) is the product mix of exports, `co2` the
    country's whole emissions in their own unit. None means unknown.
    """

    region: str
    value_added: Array
    exports: float | None = None
    imports: float | None = None
    export_shares: Array | None = None
    co2: float | None = None

    @property
    def gdp(self) -> float:
        """Value added of all sectors."""
        return float(self.value_added.sum())


@dataclass(frozen=True)
class Conflict:
    """A typed value that could not be met: what was typed and what the balanced economy came to, in `unit`."""

    region: str
    fact: str
    typed: float
    reached: float
    unit: str

    @property
    def gap(self) -> float:
        """Reached over typed, less 1."""
        return self.reached / self.typed - 1

    def __str__(self) -> str:
        return f"{self.region}: {self.fact} typed {self.typed:.4g}, reached {self.reached:.4g} {self.unit}"


@dataclass(frozen=True, eq=False)
class CountryEstimate:
    """One country's estimated table: s sectors, d categories of final use; rows of home products add up to x."""

    region: str
    x: Array
    Z_domestic: Array
    Z_imported: Array
    Y_domestic: Array
    Y_imported: Array
    exports: Array
    co2: Array | None
    co2_households: float | None

    @property
    def value_added(self) -> Array:
        """Output less all inputs (s)."""
        return np.asarray(self.x - self.Z_domestic.sum(axis=0) - self.Z_imported.sum(axis=0))

    @property
    def imports(self) -> Array:
        """Imports by product (s)."""
        return np.asarray(self.Z_imported.sum(axis=1) + self.Y_imported.sum(axis=1))

    @property
    def final_use(self) -> float:
        """All final use, home and imported."""
        return float(self.Y_domestic.sum() + self.Y_imported.sum())


@dataclass(frozen=True, eq=False)
class WorldEstimate:
    """Countries fitted together: Z (n×n), Y (n×m), x (n), region by region; the trade totals that gave way."""

    Z: Array
    Y: Array
    x: Array
    conflicts: tuple[Conflict, ...]
    iterations: int


def estimate_country(facts: Facts, template: Template) -> CountryEstimate:
    """One country's table from its facts and a template's technology.

    Value added and, where known, total exports and imports are met exactly; products, users and origins are the
    template's, moved as little as the totals allow.
    Raises InputError if the facts leave nothing for final use, or exports no output to come from.
    """
    x = facts.value_added / template.value_added
    exports = _exports(facts, template, x)
    imports = facts.imports if facts.imports is not None else float(exports.sum())
    final = facts.gdp - float(exports.sum()) + imports
    if final <= 0:
        raise InputError(
            Problem(
                f"{facts.region}, final use",
                f"GDP {facts.gdp:.4g} less exports {exports.sum():.4g} plus imports {imports:.4g} leaves {final:.4g}.",
                "Check units and whether re-exports are left out on both sides.",
            )
        )
    inputs = with_column_sums(template.inputs, 1 - template.value_added) * x
    uses = np.hstack([inputs, template.final_use * final])
    imported = _imported_shares(template, uses, imports)
    return _balanced_country(facts, template, x, uses, imported, exports, imports)


def _exports(facts: Facts, template: Template, x: Array) -> Array:
    """Exports by product: the typed mix or the template's, the typed total or what the mix gives."""
    mix = template.exported * x if facts.export_shares is None else facts.export_shares / facts.export_shares.sum()
    if facts.exports is None:
        return np.asarray(template.exported * x)
    if mix.sum() <= 0:
        raise InputError(Problem(f"{facts.region}, exports", "no sector with exports.", "Type export shares."))
    return _capped(mix / mix.sum() * facts.exports, LARGEST_EXPORTED_SHARE * x, facts.region)


def _capped(amounts: Array, caps: Array, region: str) -> Array:
    """The same total with no amount above its cap: what is cut off goes to the others in proportion."""
    if amounts.sum() > caps.sum():
        raise InputError(
            Problem(
                f"{region}, exports",
                f"{amounts.sum():.4g} is more than the output of all sectors allows ({caps.sum():.4g}).",
                "Check units and whether re-exports are left out.",
            )
        )
    total, out = amounts.sum(), np.minimum(amounts, caps)
    for _ in range(100):
        missing = total - out.sum()
        if missing <= 1e-12 * total:
            break
        room = caps - out
        weight = np.where(room > 0, np.maximum(out, 1e-9 * total), 0.0)
        out = np.minimum(out + missing * weight / weight.sum(), caps)
    return np.asarray(out)


def _imported_shares(template: Template, uses: Array, imports: float) -> Array:
    """Imported share of each use (s × (s+d)): the template's odds, times the one factor that meets total imports."""
    s = len(template.value_added)
    shares = np.repeat(template.imported_inputs[:, None], s, axis=1)
    shares = np.hstack([shares, np.repeat(template.imported_final[:, None], uses.shape[1] - s, axis=1)])
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        odds = shares * np.exp(middle)
        tried = odds / (1 - shares + odds)
        low, high = (low, middle) if float((tried * uses).sum()) > imports else (middle, high)
    return np.asarray(tried)


def _balanced_country(
    facts: Facts, template: Template, x: Array, uses: Array, imported: Array, exports: Array, imports: float
) -> CountryEstimate:
    """RAS of the first guess: rows are home products and all imports, columns sectors, final use and exports."""
    s = len(x)
    home, foreign = uses * (1 - imported), uses * imported
    folded = np.zeros((s + 1, s + 2))
    folded[:s, :s], folded[:s, s], folded[:s, s + 1] = home[:, :s], home[:, s:].sum(axis=1), exports
    folded[s, :s], folded[s, s] = foreign[:, :s].sum(axis=0), foreign[:, s:].sum()
    final = facts.gdp - exports.sum() + imports
    balanced = ras(
        folded, np.append(x, imports), np.concatenate([x - facts.value_added, [final, exports.sum()]]), tolerance=1e-11
    )
    factors = np.outer(balanced.row_factors, balanced.column_factors)
    spread = np.hstack([factors[:, :s], np.repeat(factors[:, s : s + 1], uses.shape[1] - s, axis=1)])
    home, foreign = home * spread[:s], foreign * spread[s]
    emitted = facts.co2
    households = None if emitted is None else emitted * template.co2_households
    industry = template.co2 * x
    return CountryEstimate(
        region=facts.region,
        x=x,
        Z_domestic=home[:, :s],
        Z_imported=foreign[:, :s],
        Y_domestic=home[:, s:],
        Y_imported=foreign[:, s:],
        exports=balanced.matrix[:s, s + 1],
        co2=None if emitted is None or households is None else industry / industry.sum() * (emitted - households),
        co2_households=households,
    )


def outward_trade(aggregate: Facts, others: Sequence[Facts]) -> Facts:
    """The facts of a group of countries with the trade among them taken out.

    By gravity without distance, the part of the group's exports that leaves it is the others' share of all imports;
    its imports are then what closes the world's trade. Every other country needs exports and imports.
    Raises InputError if the group's exports and imports or any other country's are missing.
    """
    missing = [f.region for f in (aggregate, *others) if f.exports is None or f.imports is None]
    if missing:
        raise InputError(Problem(", ".join(missing), "exports or imports are missing.", "Type both."))
    sold, bought = sum(f.exports or 0.0 for f in others), sum(f.imports or 0.0 for f in others)
    outward = (aggregate.exports or 0.0) * bought / (bought + (aggregate.imports or 0.0))
    return replace(aggregate, exports=outward, imports=outward + sold - bought)


def gravity_shares(exports: Array, nearness: Array) -> Array:
    """Where each country's imports of each product come from: origins × destinations × products, adding up to 1.

    exports is countries × products; nearness (countries × countries) multiplies the pull of an origin on a
    destination; no country imports from itself.
    """
    pull = exports[:, None, :] * nearness[:, :, None]
    pull[np.arange(len(exports)), np.arange(len(exports))] = 0
    total = pull.sum(axis=0, keepdims=True)
    return np.divide(pull, total, out=np.zeros_like(pull), where=total > 0)


def nearness_from_blocs(blocs: Sequence[str], factor: float) -> Array:
    """Countries × countries: `factor` within a bloc, 1 across; an empty bloc name belongs to none."""
    same = np.array([[a == b and a != "" for b in blocs] for a in blocs])
    return np.where(same, factor, 1.0)


def join_countries(
    countries: Sequence[CountryEstimate],
    facts: Sequence[Facts],
    nearness: Array,
    *,
    weight: float = 100.0,
    unit: str = "",
    tolerance: float = 1e-10,
) -> WorldEstimate:
    """One world table of countries estimated one by one.

    What must hold: outputs, value added of every sector (so GDP), and each country's final use as its own facts give
    it; where trade is unknown (the rest of the world), final use is what the others leave. Typed totals of exports
    and imports, and the typed product mix, pull with `weight` and are reported where they gave way.
    Raises InputError if the countries' facts leave no final use for the rest; NotConvergedError.
    """
    s, d, R = len(countries[0].x), countries[0].Y_domestic.shape[1], len(countries)
    x = np.concatenate([c.x for c in countries])
    inputs = np.concatenate([c.x - f.value_added for c, f in zip(countries, facts, strict=True)])
    guess = _joined_guess(countries, gravity_shares(np.stack([c.exports for c in countries]), nearness))
    margins = [
        Margin("outputs", np.broadcast_to(np.arange(R * s)[:, None], guess.shape), x),
        Margin("inputs and final use", _column_groups(R, s, d, guess.shape), np.append(inputs, _final_uses(facts))),
        *_trade_margins(facts, R, s, d, weight),
    ]
    fitted = fit_margins(guess, margins, tolerance=tolerance)
    Z, Y = fitted.matrix[:, : R * s], fitted.matrix[:, R * s :]
    return WorldEstimate(Z, Y, x, tuple(_conflicts(facts, fitted.matrix, s, d, unit)), fitted.iterations)


def _joined_guess(countries: Sequence[CountryEstimate], origins: Array) -> Array:
    """Stack countries: home blocks on the diagonal, imports spread over origins off it."""
    R, s = len(countries), len(countries[0].x)
    Z, Y = [], []
    for j, c in enumerate(countries):
        from_each = origins[:, j, :, None]
        blocks_Z, blocks_Y = from_each * c.Z_imported[None], from_each * c.Y_imported[None]
        blocks_Z[j], blocks_Y[j] = c.Z_domestic, c.Y_domestic
        Z.append(blocks_Z.reshape(R * s, -1))
        Y.append(blocks_Y.reshape(R * s, -1))
    return np.hstack([*Z, *Y])


def _column_groups(R: int, s: int, d: int, shape: tuple[int, ...]) -> NDArray[np.intp]:
    """Each column of Z is its own group; a country's categories of final use are one group together."""
    columns = np.concatenate([np.arange(R * s), R * s + np.repeat(np.arange(R), d)])
    return np.broadcast_to(columns[None, :], shape)


def _final_uses(facts: Sequence[Facts]) -> Array:
    """Final use of each country: GDP less exports plus imports; those of unknown trade share what is left by GDP."""
    known = [f.exports is not None and f.imports is not None for f in facts]
    gdp = np.array([f.gdp for f in facts])
    uses = np.array([f.gdp - (f.exports or 0) + (f.imports or 0) for f in facts])
    left = gdp.sum() - uses[known].sum()
    open_gdp = gdp[~np.array(known)].sum()
    if open_gdp == 0:
        # Everyone's trade is typed: world exports and imports differ a little in any statistic.
        return np.asarray(uses * gdp.sum() / uses.sum())
    if left <= 0:
        raise InputError(
            Problem("rest of the world", f"is left with final use of {left:.4g}.", "Check the countries' trade.")
        )
    return np.where(known, uses, gdp / open_gdp * left)


def _trade_margins(facts: Sequence[Facts], R: int, s: int, d: int, weight: float) -> list[Margin]:
    """Typed exports, imports and product mixes as soft totals."""
    origin, destination, product = _places(R, s, d)
    abroad = origin != destination
    typed_exports = np.array([f.exports if f.exports is not None else np.nan for f in facts])
    typed_imports = np.array([f.imports if f.imports is not None else np.nan for f in facts])
    by_product = np.full((R, s), np.nan)
    for r, f in enumerate(facts):
        if f.exports is not None and f.export_shares is not None:
            by_product[r] = f.exports * f.export_shares / f.export_shares.sum()
    return [
        _soft("exports", np.where(abroad, origin, FREE), typed_exports, weight),
        _soft("imports", np.where(abroad, destination, FREE), typed_imports, weight),
        _soft("exports by product", np.where(abroad, origin * s + product, FREE), by_product.ravel(), 1.0),
    ]


def _soft(name: str, groups: NDArray[np.intp], totals: Array, weight: float) -> Margin:
    known = np.isfinite(totals)
    number = np.where(known, np.cumsum(known) - 1, FREE)
    return Margin(name, np.where(groups == FREE, FREE, number[np.maximum(groups, 0)]), totals[known], weight)


def _places(R: int, s: int, d: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Origin, destination and product of every cell of [Z, Y]."""
    row = np.arange(R * s)
    destination = np.concatenate([np.repeat(np.arange(R), s), np.repeat(np.arange(R), d)])
    shape = (R * s, R * (s + d))
    return (
        np.broadcast_to((row // s)[:, None], shape),
        np.broadcast_to(destination[None, :], shape),
        np.broadcast_to((row % s)[:, None], shape),
    )


def _conflicts(facts: Sequence[Facts], matrix: Array, s: int, d: int, unit: str, least: float = 0.01) -> list[Conflict]:
    """Typed trade totals that were missed by more than `least`."""
    R = len(facts)
    origin, destination, _ = _places(R, s, d)
    abroad = np.where(origin != destination, matrix, 0.0)
    sold = np.bincount(origin.ravel(), weights=abroad.ravel(), minlength=R)
    bought = np.bincount(destination.ravel(), weights=abroad.ravel(), minlength=R)
    pairs = [
        Conflict(f.region, name, typed, float(reached[r]), unit)
        for r, f in enumerate(facts)
        for name, typed, reached in (("exports", f.exports, sold), ("imports", f.imports, bought))
        if typed
    ]
    return [conflict for conflict in pairs if abs(conflict.gap) > least]
