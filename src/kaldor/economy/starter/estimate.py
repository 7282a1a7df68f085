"""An economy from a handful of facts: what a country no table covers would look like with a borrowed technology.

Steps, in the order of this file: value added of each sector gives output (through a template's ratio), output gives
inputs, import shares and exports are scaled to the known trade, final use is what is left, and RAS brings the
country's table to its totals. `kaldor.economy.starter.joining` makes one world of several.

Sources: Miller & Blair (2009), ch. 7–8, for borrowed coefficients and RAS; the balancing is that of
`kaldor.economy.balance`.
Known limit: a borrowed technology is right on average and wrong for each country; the accuracy reached is measured
in `kaldor.economy.starter.leave_one_out`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.balance import ras
from kaldor.economy.starter.template import Template, with_column_sums
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]

LARGEST_EXPORTED_SHARE = 0.95
"""No sector sends more of its output abroad than this in a first guess; the rest keeps home use possible."""

MOST_EXPORTED = 0.90
"""A sector of known exports makes at least so much that they are no larger part of it."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of one country, in one money unit: value added by sector (s), trade totals where known.

    `exports` and `imports` are without re-exports. `export_shares` (s) is the product mix of exports, `co2` the
    country's whole emissions in their own unit, `final_shares` (d) the categories' shares of all final use. `products`
    are exports of goods by groups of products, `partners` by country of destination, `bought` imports by kind of
    product, where known; `kinds` (s) names the kind of each sector's. None and what is left out mean unknown.
    """

    region: str
    value_added: Array
    exports: float | None = None
    imports: float | None = None
    export_shares: Array | None = None
    co2: float | None = None
    final_shares: Array | None = None
    products: Mapping[str, float] = field(default_factory=dict)
    partners: Mapping[str, float] = field(default_factory=dict)
    bought: Mapping[str, float] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()

    @property
    def gdp(self) -> float:
        """Value added of all sectors."""
        return float(self.value_added.sum())


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


def estimate_country(facts: Facts, template: Template) -> CountryEstimate:
    """One country's table from its facts and a template's technology.

    Value added and, where known, total exports and imports are met exactly; products, users and origins are the
    template's, moved as little as the totals allow. A sector whose known exports outgrow what its value added makes at
    the template's ratio is taken to assemble: its output is larger, of more inputs.
    Raises InputError if the facts leave nothing for final use, or exports no output to come from.
    """
    x = _outputs(facts, template)
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
    inputs = with_column_sums(template.inputs, 1 - facts.value_added / x) * x
    uses = np.hstack([inputs, _final_mix(facts, template) * final])
    imported = _imported_shares(facts, template, uses, imports)
    return _balanced_country(facts, template, x, uses, imported, exports, imports)


def _outputs(facts: Facts, template: Template) -> Array:
    """Value added over the template's ratio, and enough for the exports that are known."""
    x = facts.value_added / template.value_added
    if facts.exports is None or facts.export_shares is None or not facts.products:
        return np.asarray(x)
    return np.maximum(x, facts.export_shares / facts.export_shares.sum() * facts.exports / MOST_EXPORTED)


def _final_mix(facts: Facts, template: Template) -> Array:
    """Shares of all final use (s×d): the template's products within the known categories, or all the template's."""
    if facts.final_shares is None:
        return template.final_use
    return np.asarray(template.final_use / template.final_use.sum(axis=0) * facts.final_shares)


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


def _imported_shares(facts: Facts, template: Template, uses: Array, imports: float) -> Array:
    """Imported share of each use (s × (s+d)): the template's odds, times the one factor that meets total imports.

    Where imports of some kinds are known, each has its own factor, and what is left another.
    """
    s = len(template.value_added)
    shares = np.repeat(template.imported_inputs[:, None], s, axis=1)
    shares = np.hstack([shares, np.repeat(template.imported_final[:, None], uses.shape[1] - s, axis=1)])
    left = imports - sum(facts.bought.values())
    if not facts.bought or left <= 0:
        return _with_odds(shares, uses, imports)
    out, kinds = np.empty_like(shares), np.array(facts.kinds)
    for kind in dict.fromkeys(facts.kinds):
        rows = kinds == kind
        out[rows] = _with_odds(shares[rows], uses[rows], facts.bought.get(kind, left))
    return out


def _with_odds(shares: Array, uses: Array, imports: float) -> Array:
    """Shares with their odds times the one factor that meets total imports."""
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
    # Assembling more from bought parts burns no more fuel: emissions go with value added, at the template's ratio.
    industry = template.co2 * facts.value_added / template.value_added
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
