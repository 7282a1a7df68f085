"""How far countries stand from a template, and trade from gravity: where the declared spreads come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.economy.starter.joining import nearness_from_blocs
from kaldor.economy.starter.leave_one_out import measured_nearness, trade_matrix
from kaldor.economy.starter.template import CountryTable, Spread, Template, log_odds


def measured_spread(tables: Sequence[CountryTable], template: Template, bilateral: float) -> Spread:
    """How far these countries stand from a template; cells of the inputs count by their size.

    Imported and exported shares and CO2 are compared around each country's own mean: the level is a known fact.
    """
    common, rest = _common_and_rest(tables, template)
    logs = [np.log(t.value_added / t.x) - np.log(template.value_added) for t in tables]
    imported = [
        _around_own_mean(
            log_odds(np.maximum(t.Z_imported, 0).sum(axis=1) / (t.Z_imported + t.Z_domestic).sum(axis=1))
            - log_odds(template.imported_inputs)
        )
        for t in tables
    ]
    exported = [_around_own_mean(log_odds(t.exports / t.x) - log_odds(template.exported)) for t in tables]
    co2 = [_around_own_mean(np.log(t.co2 / t.x) - np.log(template.co2)) for t in tables if (t.co2 > 0).all()]
    return Spread(
        value_added=float(np.std(logs)),
        inputs=rest,
        inputs_common=common,
        final_use=_final_use(tables, template),
        imported=float(np.std(imported)),
        exported=float(np.std(exported)),
        bilateral=bilateral,
        co2=float(np.std(co2)) if co2 else 0.0,
        co2_households=float(np.std(_log_odds_of_households(tables))),
    )


def _common_and_rest(tables: Sequence[CountryTable], template: Template) -> tuple[float, float]:
    """Logarithms of inputs against the template: what all users of a product have in common, and what is left."""
    logs, weights = [], []
    for table in tables:
        own = (table.Z_domestic + table.Z_imported) / table.x
        both = (own > 0) & (template.inputs > 0)
        logs.append(np.log(np.where(both, own, 1) / np.where(both, template.inputs, 1)))
        weights.append(np.where(both, template.inputs, 0))
    log, weight = np.array(logs), np.array(weights)
    row = (log * weight).sum(axis=2) / weight.sum(axis=2)
    left = log - row[:, :, None]
    common = np.average(row**2, weights=weight.sum(axis=2))
    return float(np.sqrt(common)), float(np.sqrt(np.average(left**2, weights=weight)))


def _final_use(tables: Sequence[CountryTable], template: Template, least: float = 1e-3) -> float:
    """Logarithms of products' shares of final use, weighted; not of those that hardly anybody uses."""
    expected = template.final_use.sum(axis=1)
    logs, weights = [], []
    for table in tables:
        used = (table.Y_domestic + table.Y_imported).sum(axis=1)
        share = used / used.sum()
        kept = share > least
        logs.append(np.log(share[kept] / expected[kept]) ** 2)
        weights.append(expected[kept])
    return float(np.sqrt(np.average(np.concatenate(logs), weights=np.concatenate(weights))))


def _log_odds_of_households(tables: Sequence[CountryTable]) -> Array:
    shares = np.array([t.co2_households / (t.co2_households + t.co2.sum()) for t in tables])
    return np.asarray(np.log(shares / (1 - shares)))


def bilateral_spread(economy: Economy, blocs: Mapping[str, str]) -> float:
    """Standard deviation of ln(trade / gravity) over pairs of regions that trade, weighted by trade."""
    trade = trade_matrix(economy)
    factor = measured_nearness(economy, blocs)
    nearness = nearness_from_blocs([blocs.get(region, "") for region in economy.regions], factor)
    gravity = np.outer(trade.sum(axis=1), trade.sum(axis=0)) * nearness
    pairs = trade > 0
    logs, weights = np.log(trade[pairs] / gravity[pairs]), trade[pairs]
    return float(np.sqrt(np.average((logs - np.average(logs, weights=weights)) ** 2, weights=weights)))


def _around_own_mean(values: Array) -> Array:
    return np.asarray(values - values.mean())
