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
    logs = [np.log(t.value_added / t.x) - np.log(template.value_added) for t in tables]
    inputs, weights = [], []
    for table in tables:
        own = (table.Z_domestic + table.Z_imported) / table.x
        both = (own > 0) & (template.inputs > 0)
        inputs.append((np.log(own[both]) - np.log(template.inputs[both])) ** 2)
        weights.append(template.inputs[both])
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
        inputs=float(np.sqrt(np.average(np.concatenate(inputs), weights=np.concatenate(weights)))),
        imported=float(np.std(imported)),
        exported=float(np.std(exported)),
        bilateral=bilateral,
        co2=float(np.std(co2)) if co2 else 0.0,
    )


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
