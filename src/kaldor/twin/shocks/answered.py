"""A shock over time as plain fields, the same in every door that speaks JSON: day by day, and who is hit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kaldor.asking.shape import rows_of
from kaldor.digits import finite
from kaldor.twin.outcome import PREDICTED
from kaldor.twin.shocks.assumptions import OfGoods, as_texts
from kaldor.twin.shocks.run import ShockResult

_MOST_DAYS = 400
_MOST_LOSERS = 40
_BANDED_REGIONS = 8
WORLD = "world"


def shock_answer(found: ShockResult) -> dict[str, Any]:
    """Series of at most 400 days (later days are thinned evenly), with bands for the world and those hit hardest.

    value_added is relative to normal (1 = undisturbed), the median of the drawn runs, by region; production, unmet and
    stocks are of the central run by product, summed over regions, in the table's unit (stocks: over their target).
    Where no loss is modelled (`not_modelled` says why) value_added is null. `typed` is what was assumed in place of
    what is usual, as the questions about shocks take it.
    """
    kept = slice(None, None, max(1, -(-len(found.bands) // _MOST_DAYS)))
    bands = found.bands.iloc[kept] if not found.not_modelled else found.bands.iloc[kept] * np.nan
    losers = found.losers()
    hit = losers.index.get_level_values("region")[:_MOST_LOSERS].unique()[:_BANDED_REGIONS]
    median = bands.xs("median", axis=1, level="statistic")
    return {
        "shock": found.shock.model_dump(mode="json"),
        "economy": found.economy.source.id,
        "status": PREDICTED,
        "year": found.economy.year,
        "unit": found.economy.unit,
        "seed": found.seed,
        "runs": len(found.runs),
        "honesty": list(found.honesty),
        "not_modelled": found.not_modelled or None,
        "notes": list(found.notes),
        "assumptions": found.parameters.model_dump(mode="json", include={*OfGoods.model_fields}),
        "typed": as_texts(found.parameters, found.parameters.inputs),
        "days": [float(day) for day in bands.index],
        "value_added": {str(region): _series(median[region]) for region in median.columns},
        "bands": {
            str(name): {str(kind): _series(bands[name, kind]) for kind in bands[name].columns} for name in (WORLD, *hit)
        },
        "production": _by_product(found.production, "sector", kept),
        "unmet": _by_product(found.unmet, "product", kept),
        "stocks": {str(product): _series(values) for product, values in found.stocks.iloc[kept].items()},
        "summary": rows_of(found.summary()),
        "by_region": {region: rows_of(found.summary([region])) for region in found.economy.regions},
        "by_product": rows_of(found.lost_by("sector")),
        "losers": rows_of(losers, _MOST_LOSERS),
        "bottlenecks": rows_of(found.bottlenecks(), _MOST_LOSERS),
        "price_effects": rows_of(found.price_effects()) if (found.prices != 0).any() else [],
        "cost_rises": rows_of(found.cost_rises(), _MOST_LOSERS) if (found.prices != 0).any() else [],
        "prices": rows_of(found.prices[found.prices != 0].sort_values(ascending=False).to_frame(), _MOST_LOSERS),
    }


def _series(values: pd.Series) -> list[float | None]:
    return [finite(value) for value in values.tolist()]


def _by_product(frame: pd.DataFrame, level: str, kept: slice) -> dict[str, list[float | None]]:
    summed = frame.iloc[kept].T.groupby(level=level, sort=False).sum().T
    return {str(product): _series(summed[product]) for product in summed.columns}
