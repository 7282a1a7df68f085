"""One world of countries estimated one by one: trade by gravity, fitted to what was typed in the order of its worth.

What must hold is outputs, inputs of every sector (so value added and GDP) and final use. What was typed about trade
pulls: totals hardest, then groups of products and partners, then the mix within a group; `kaldor.economy.starter.told`
says what each came to.

Source: Anderson & van Wincoop (2003), American Economic Review 93, for gravity; the balancing is that of
`kaldor.economy.balance`.
Known limit: where nobody typed a partner, gravity knows blocs only, not distance, borders or treaties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.balance import FREE, Margin, fit_margins
from kaldor.economy.starter.estimate import CountryEstimate, Facts
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Worth:
    """How hard typed facts pull: `trade` totals, `products` and `partners` of goods, `imports` by kind, export `mix`.

    The first guess pulls with 1.
    """

    trade: float = 100.0
    products: float = 100.0
    partners: float = 100.0
    imports: float = 30.0
    mix: float = 1.0


@dataclass(frozen=True, eq=False)
class WorldEstimate:
    """Countries fitted together: Z (n×n), Y (n×m), x (n), region by region."""

    Z: Array
    Y: Array
    x: Array
    iterations: int


def outward_trade(aggregate: Facts, others: Sequence[Facts]) -> Facts:
    """The facts of a group of countries with the trade among them taken out.

    The others sell it what they do not sell each other, and buy from it what they do not buy from each other. What of
    a country's exports goes to the others is known where its partners are typed; where they are not, gravity without
    distance gives it: the others' share of all imports. Every other country needs exports and imports.
    Raises InputError if the group's exports and imports or any other country's are missing.
    """
    missing = [f.region for f in (aggregate, *others) if f.exports is None or f.imports is None]
    if missing:
        raise InputError(Problem(", ".join(missing), "exports or imports are missing.", "Type both."))
    sold, bought = sum(f.exports or 0.0 for f in others), sum(f.imports or 0.0 for f in others)
    by_gravity = bought / (bought + (aggregate.imports or 0.0))
    if not any(f.partners for f in others):
        outward = (aggregate.exports or 0.0) * by_gravity
        return replace(aggregate, exports=outward, imports=outward + sold - bought)
    regions = {f.region for f in others}
    among = 0.0
    for known in others:
        goods = sum(known.products.values())
        share = sum(v for r, v in known.partners.items() if r in regions) / goods if goods else by_gravity
        among += share * (known.exports or 0.0)
    return replace(aggregate, exports=bought - among, imports=sold - among)


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
    worth: Worth | None = None,
    products: Sequence[str] = (),
    tolerance: float = 1e-10,
) -> WorldEstimate:
    """One world table of countries estimated one by one.

    What must hold: outputs, value added of every sector (so GDP), and each country's final use as its own facts give
    it, by category where typed; where trade is unknown (the rest of the world), final use is what the others leave.
    `products` names the group of goods of each sector, "" for a service: with it, typed groups of products and
    partners pull as well.
    Raises InputError if the countries' facts leave no final use for the rest; NotConvergedError.
    """
    s, d, R = len(countries[0].x), countries[0].Y_domestic.shape[1], len(countries)
    x = np.concatenate([c.x for c in countries])
    inputs = np.concatenate([c.x - f.value_added for c, f in zip(countries, facts, strict=True)])
    origins = _origins(countries, facts, nearness, np.array([bool(name) for name in products] or [False] * s))
    guess = _joined_guess(countries, origins)
    columns, finals = _final_totals(facts, s, d)
    margins = [
        Margin("outputs", np.broadcast_to(np.arange(R * s)[:, None], guess.shape), x),
        Margin("inputs and final use", np.broadcast_to(columns, guess.shape), np.append(inputs, finals)),
        *_trade_margins(facts, s, d, products or [""] * s, worth or Worth()),
    ]
    fitted = fit_margins(guess, margins, tolerance=tolerance)
    return WorldEstimate(fitted.matrix[:, : R * s], fitted.matrix[:, R * s :], x, fitted.iterations)


def _origins(
    countries: Sequence[CountryEstimate], facts: Sequence[Facts], nearness: Array, goods: NDArray[np.bool_]
) -> Array:
    """Gravity's shares of origins, with the nearness of those whose trade in goods is typed set to what gives it."""
    exports, imports = (np.stack([getattr(c, name) for c in countries]) for name in ("exports", "imports"))
    typed = np.array([[f.partners.get(other.region, 0.0) for other in facts] for f in facts])
    for _ in range(4 if typed.any() else 0):
        given = (gravity_shares(exports, nearness) * imports[None])[:, :, goods].sum(axis=2)
        factor = np.divide(typed, given, out=np.ones_like(typed), where=(typed > 0) & (given > 0))
        nearness = nearness * factor
    return gravity_shares(exports, nearness)


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


def _final_totals(facts: Sequence[Facts], s: int, d: int) -> tuple[NDArray[np.intp], Array]:
    """The group of each column of [Z, Y] and the totals of final use: one a category where its share is typed.

    Each column of Z is its own group.
    """
    R = len(facts)
    columns, totals = list(range(R * s)), list[float]()
    for known, use in zip(facts, _final_uses(facts), strict=True):
        first = R * s + len(totals)
        if known.final_shares is None:
            columns += [first] * d
            totals.append(use)
        else:
            columns += range(first, first + d)
            totals += list(use * known.final_shares)
    return np.array(columns), np.array(totals)


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


def _trade_margins(facts: Sequence[Facts], s: int, d: int, products: Sequence[str], worth: Worth) -> list[Margin]:
    """Typed exports and imports, groups of products, partners and mixes as soft totals."""
    R = len(facts)
    origin, destination, product = _places(R, s, d)
    abroad = origin != destination
    names = [name for name in dict.fromkeys(products) if name]
    group = np.array([names.index(name) if name else FREE for name in products], dtype=np.intp)
    goods = abroad & (group != FREE)[product]
    typed_exports = np.array([f.exports if f.exports is not None else np.nan for f in facts])
    typed_imports = np.array([f.imports if f.imports is not None else np.nan for f in facts])
    by_group = np.array([[f.products.get(name, np.nan) for name in names] for f in facts])
    by_partner = np.array([[f.partners.get(other.region, np.nan) for other in facts] for f in facts])
    margins = [
        _soft("exports", np.where(abroad, origin, FREE), typed_exports, worth.trade),
        _soft("imports", np.where(abroad, destination, FREE), typed_imports, worth.trade),
        _soft("exports by product", np.where(abroad, origin * s + product, FREE), _mixes(facts, group), worth.mix),
    ]
    if names:
        of_group = np.where(goods, origin * len(names) + group[product], FREE)
        margins.append(_soft("goods exports by product", of_group, by_group.ravel(), worth.products))
    pairs = np.where(goods, origin * R + destination, FREE)
    kinds = list(dict.fromkeys(kind for f in facts for kind in f.bought))
    if kinds:
        of_sector = np.array([kinds.index(kind) if kind in kinds else FREE for kind in facts[0].kinds])[product]
        of_kind = np.where(abroad & (of_sector != FREE), destination * len(kinds) + of_sector, FREE)
        bought = np.array([[f.bought.get(kind, np.nan) for kind in kinds] for f in facts])
        margins.append(_soft("imports by kind", of_kind, bought.ravel(), worth.imports))
    return [*margins, _soft("goods exports by partner", pairs, by_partner.ravel(), worth.partners)]


def _mixes(facts: Sequence[Facts], group: NDArray[np.intp]) -> Array:
    """Exports of each country by product (R·s, flattened) as its mix has them; not where its group alone says it."""
    sizes = np.bincount(group[group != FREE], minlength=1)
    alone = (group != FREE) & (sizes[np.maximum(group, 0)] == 1)
    rows = []
    for f in facts:
        known = f.exports is not None and f.export_shares is not None
        row = f.exports * f.export_shares / f.export_shares.sum() if known else np.full(len(group), np.nan)  # type: ignore[operator,union-attr]
        rows.append(np.where(alone & bool(f.products), np.nan, row))
    return np.concatenate(rows)


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
