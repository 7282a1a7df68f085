"""A fact sheet as amounts of one money unit: value added and exports by sector, from what is said of wider groups.

Known limits: GDP holds taxes less subsidies on products, which are spread over the sectors in proportion. Where a sheet
has no split of its own within a part of value added, the template's stands in, moved to what exports of goods ask for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.starter.estimate import Facts
from kaldor.economy.starter.factsheet import Fact, FactSheet, SectorFacts, emissions
from kaldor.economy.starter.template import Template
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]

MILLIONS_IN_A_BILLION = 1000.0
RAW, MADE, SERVICE = "raw", "made", ""
"""Kinds of products in imports."""

LEAST_SHARE = 1e-5
"""A sector without any value added would have no output either: the smallest trace keeps every product alive."""


@dataclass(frozen=True)
class Sectors:
    """Sectors by id, and to what each belongs: a broad sector, a part of value added, a group of goods ("" if none).

    `raw` are those whose products count as raw materials in imports.

    """

    ids: tuple[str, ...]
    broad: Mapping[str, str]
    part: Mapping[str, str] = field(default_factory=dict)
    product: Mapping[str, str] = field(default_factory=dict)
    raw: tuple[str, ...] = ()

    def kind(self, sector: str) -> str:
        """What its products count as in imports."""
        return RAW if sector in self.raw else MADE if self.product.get(sector) else SERVICE

    def among(self, of: Mapping[str, str], name: str) -> NDArray[np.bool_]:
        """Which sectors belong to `name`."""
        return np.array([of.get(sector, "") == name for sector in self.ids])


def to_facts(
    sheet: FactSheet, sectors: Sectors, template: Template, demands: Sequence[str] = (), *, margin: float = 0.0
) -> Facts:
    """The sheet as amounts in million US$ (CO2 in kt), for `sectors` and the categories `demands` of final use.

    Value added by part or broad sector is split as the sheet's own sectors are, or else as the template's are and as
    exports ask. Re-exports are taken off both sides of trade. `margin`: what of goods exports, typed free on board, is
    trade and transport, and stands with these at basic prices.
    Raises InputError if the sheet names a sector, part, product or category that there is not.
    """
    _check_names(sheet, sectors, demands)
    facts = sheet.facts
    gdp = facts.gdp.value * MILLIONS_IN_A_BILLION
    passed_through = facts.re_exports.value if facts.re_exports else 0.0

    def amount(share: Fact | None) -> float | None:
        return None if share is None else (share.value - passed_through) / 100 * gdp

    exports, goods = amount(facts.exports), _million(facts.goods_exports, 1 - margin) or 0.0
    products = amounts_of(facts.goods_exports_by_product, goods)
    mix = _export_mix(sheet, sectors, template, exports, products, margin)
    return Facts(
        region=sheet.country,
        value_added=_value_added_shares(sheet, sectors, template, mix) * gdp,
        exports=exports,
        imports=amount(facts.imports),
        export_shares=mix,
        co2=emissions(sheet),
        final_shares=_final_shares(sheet, demands),
        products=products,
        partners=amounts_of(facts.goods_exports_by_partner, goods),
        bought=_bought(sheet, margin),
        kinds=tuple(map(sectors.kind, sectors.ids)),
    )


def amounts_of(shares: SectorFacts | None, whole: float) -> dict[str, float]:
    """Percentages of a whole as amounts, by name; none where there are no shares."""
    return {} if shares is None else {name: share / 100 * whole for name, share in shares.values.items()}


def _million(fact: Fact | None, times: float) -> float | None:
    """A fact in billion US$ as million US$, times what stands at basic prices."""
    return None if fact is None else fact.value * MILLIONS_IN_A_BILLION * times


def _bought(sheet: FactSheet, margin: float) -> dict[str, float]:
    """Imports of raw materials and of other goods, million US$; none where they are not typed."""
    goods, raw = _million(sheet.facts.goods_imports, 1 - margin), _million(sheet.facts.raw_imports, 1 - margin)
    return {} if goods is None or raw is None else {RAW: raw, MADE: goods - raw}


def _final_shares(sheet: FactSheet, demands: Sequence[str]) -> Array | None:
    uses = sheet.facts.final_use
    if uses is None:
        return None
    shares = np.array([uses.values.get(demand, 0.0) for demand in demands])
    return np.asarray(shares / shares.sum())


def _value_added_shares(sheet: FactSheet, sectors: Sectors, template: Template, exports: Array | None) -> Array:
    """Shares of all value added (s): by part where typed, else by broad sector, split as said above."""
    facts, ids = sheet.facts, sectors.ids
    if facts.value_added_by_sector is not None:
        split = np.array([facts.value_added_by_sector.values.get(sector, 0.0) for sector in ids])
    else:
        split = template.value_added_mix if exports is None else _asked_for(sheet, template, exports)
    split = np.maximum(split / split.sum(), LEAST_SHARE)
    if facts.value_added_by_part is not None:
        parts = facts.value_added_by_part.values
        shares = _scaled(split, [(sectors.among(sectors.part, part), share / 100) for part, share in parts.items()])
        shares = _with_mining(sheet, sectors, shares)
    else:
        typed = {name: getattr(facts, name) for name in ("agriculture", "industry", "services")}
        known = [(sectors.among(sectors.broad, n), f.value / 100) for n, f in typed.items() if f is not None]
        shares = _with_oil_rents(sheet, sectors, _scaled(split, known))
    return np.asarray(shares / shares.sum())


def _asked_for(sheet: FactSheet, template: Template, exports: Array) -> Array:
    """The template's split, of which each sector's part sold abroad is as large as the country's exports ask for."""
    facts = sheet.facts
    if facts.goods_exports_by_product is None or facts.exports is None:
        return template.value_added_mix
    home = template.value_added_mix * (1 - template.exported)
    return np.asarray(home + template.value_added * exports / exports.sum() * facts.exports.value / 100)


def _scaled(split: Array, known: Sequence[tuple[NDArray[np.bool_], float]]) -> Array:
    """Each group of sectors at its known share; those not known keep their size relative to the known ones."""
    if not known:
        return split
    inside = np.any([members for members, _ in known], axis=0)
    shares = split * (sum(share for _, share in known) / split[inside].sum())
    for members, share in known:
        shares[members] *= share / shares[members].sum()
    return np.asarray(shares)


def _with_mining(sheet: FactSheet, sectors: Sectors, shares: Array) -> Array:
    """Mining at its typed share of mining and utilities."""
    fact = sheet.facts.mining
    mining = np.array([sector == "mining" for sector in sectors.ids])
    if fact is None or not mining.any():
        return shares
    together = sectors.among(sectors.part, sectors.part["mining"])
    whole, part = float(shares[together].sum()), fact.value / 100
    known = [(mining, part * whole), (together & ~mining, (1 - part) * whole), (~together, float(shares.sum()) - whole)]
    return _scaled(shares, known)


def _with_oil_rents(sheet: FactSheet, sectors: Sectors, shares: Array) -> Array:
    """Mining at least as large as the oil rents, the other industries scaled so that industry keeps its share."""
    rents, mining = sheet.facts.oil_rents, np.array([sector == "mining" for sector in sectors.ids])
    if rents is None or not mining.any():
        return shares
    industry = sectors.among(sectors.broad, sectors.broad["mining"])
    total, wanted = float(shares[industry].sum()), rents.value / 100
    if wanted <= shares[mining].sum() or wanted >= total:
        return shares
    others = industry & ~mining
    shares = shares.copy()
    shares[others] *= (total - wanted) / shares[others].sum()
    shares[mining] = wanted
    return shares


def _export_mix(
    sheet: FactSheet,
    sectors: Sectors,
    template: Template,
    exports: float | None,
    products: Mapping[str, float],
    margin: float,
) -> Array | None:
    """Exports by sector (s), as amounts or shares: goods by group, split as the sheet or the template has them."""
    own = sheet.facts.exports_by_sector
    if own is not None:
        split = np.array([own.values.get(sector, 0.0) for sector in sectors.ids])
    else:
        split = template.exported * template.value_added_mix / template.value_added
    if exports is None or not products:
        return None if own is None else np.asarray(split)
    split = np.maximum(split / split.sum(), LEAST_SHARE)
    margins = sum(products.values()) * margin / (1 - margin)
    services = exports - sum(products.values()) - margins
    if services <= 0:
        raise InputError(
            Problem(f"{sheet.country}, goods_exports", f"leave {services:.4g} million US$ of exports for services.")
        )
    groups = [(sectors.among(sectors.product, name), amount) for name, amount in products.items()]
    mix = _scaled(split, [*groups, (sectors.among(sectors.product, ""), services)])
    mix[[sector == "trade" for sector in sectors.ids]] += margins
    return _with_mining_exports(sheet, sectors, mix)


def _with_mining_exports(sheet: FactSheet, sectors: Sectors, mix: Array) -> Array:
    """Mining at its typed share of goods exports, within its group."""
    fact = sheet.facts.mining_exports
    mining = np.array([sector == "mining" for sector in sectors.ids])
    if fact is None or not mining.any():
        return mix
    group = sectors.among(sectors.product, sectors.product["mining"])
    goods, whole = sum(mix[~sectors.among(sectors.product, "")]), mix[group].sum()
    part = min(fact.value / 100 * goods, whole)
    others = group & ~mining
    mix[others] *= (whole - part) / mix[others].sum()
    mix[mining] = part
    return mix


def _check_names(sheet: FactSheet, sectors: Sectors, demands: Sequence[str]) -> None:
    facts, groups = sheet.facts, filter(None, sectors.product.values())
    named: list[tuple[str, SectorFacts | None, Sequence[str]]] = [
        ("value_added_by_part", facts.value_added_by_part, tuple(dict.fromkeys(sectors.part.values()))),
        ("value_added_by_sector", facts.value_added_by_sector, sectors.ids),
        ("exports_by_sector", facts.exports_by_sector, sectors.ids),
        (
            "goods_exports_by_product",
            facts.goods_exports_by_product,
            tuple(dict.fromkeys(groups)),
        ),
        ("final_use", facts.final_use, tuple(demands)),
    ]
    problems = [
        Problem(f"{sheet.country}, {name}", f"'{label}' is none of them.", f"Known: {', '.join(known)}.")
        for name, fact, known in named
        if fact is not None
        for label in fact.values
        if label not in known
    ]
    problems += [
        Problem(
            f"{sheet.country}, {name}", f"lacks {', '.join(missing)}.", "Type all of them: a missing one is no zero."
        )
        for name, fact, known in named
        if name in ("value_added_by_part", "goods_exports_by_product", "final_use")
        and fact is not None
        and (missing := [label for label in known if label not in fact.values])
    ]
    for name, fact, _ in named[:2] + named[3:4]:
        if fact is not None and abs(sum(fact.values.values()) - 100) > 1:
            added = f"add up to {sum(fact.values.values()):.4g}."
            problems.append(Problem(f"{sheet.country}, {name}", added, "They are shares of one whole: 100."))
    if facts.goods_exports_by_partner is not None and sum(facts.goods_exports_by_partner.values.values()) > 101:
        problems.append(
            Problem(f"{sheet.country}, goods_exports_by_partner", "add up to more than 100.", "Check them.")
        )
    if problems:
        raise InputError(problems)
