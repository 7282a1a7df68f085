"""Where an industry stands in the chains: its distance from final use and from primary inputs.

Sources: Antràs, Chor, Fally & Hillberry (2012), American Economic Review 102(3), 412-416 (upstreamness); Fally (2012);
Antràs & Chor (2018), in World Trade Evolution, NBER (both measures, countries, adjustment for inventories);
Miller & Temurshoev (2017), Journal of Economic Surveys 31(2): the same as the sums of the Ghosh and Leontief inverses.
Known limit: counts stages as the table's industries divide them; a finer table is a longer chain.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import labelled
from kaldor.economy.solve import LeontiefSolver, solver_of
from kaldor.errors import InputError, Problem, UnknownLabelError

Inventories = Literal["final use", "in proportion"]
INVENTORIES = "inventories"

_MOST_HELD = 0.5  # beyond, the other uses are too small to stand for what was put into stock


def upstreamness(economy: Economy, *, inventories: Inventories = "final use") -> pd.Series:
    """Average number of stages between an industry's output and final use, 1 for one that sells to final users only.

    U = (I − x̂⁻¹Z)⁻¹ 1, the row sums of the Ghosh inverse; over (region, sector), in stages. `inventories`: "final use"
    takes changes in inventories as sales to final users; "in proportion" spreads them over all other uses, as Antràs &
    Chor (2018) do, except those of an industry that put more than half of its output into stock. Industries without
    output are missing.
    Raises InputError (no demand category of the role "inventories"); UnproductiveEconomyError.
    """
    return _position(economy, inventories, "upstreamness")


def downstreamness(economy: Economy, *, inventories: Inventories = "final use") -> pd.Series:
    """Average number of stages between primary inputs and an industry's output, 1 for one that buys no inputs.

    D = (I − Aᵀ)⁻¹ 1, the column sums of the Leontief inverse (total backward linkage); otherwise as `upstreamness`.
    """
    return _position(economy, inventories, "downstreamness")


def positions(
    economy: Economy,
    *,
    by: Literal["region-sector", "region", "sector", "world"] = "region-sector",
    inventories: Inventories = "final use",
) -> pd.DataFrame:
    """Upstreamness and downstreamness with the output behind them, by industry or as means weighted by output.

    Columns: upstreamness, downstreamness (stages), output (table's unit).
    """
    if by not in {"region-sector", "region", "sector", "world"}:
        raise UnknownLabelError("grouping", by, ("region-sector", "region", "sector", "world"))
    frame = pd.DataFrame(
        {
            "upstreamness": upstreamness(economy, inventories=inventories),
            "downstreamness": downstreamness(economy, inventories=inventories),
            "output": economy.x,
        },
        index=economy.index,
    )
    if by != "region-sector":
        weighted = frame[["upstreamness", "downstreamness"]].multiply(frame["output"], axis=0).fillna(0)
        weighted["output"] = frame["output"]
        keys = pd.Index(["world"] * economy.n, name="world") if by == "world" else economy.index.get_level_values(by)
        summed = weighted.groupby(keys, sort=False).sum()
        means = summed[["upstreamness", "downstreamness"]].divide(summed["output"].where(summed["output"] > 0), axis=0)
        frame = means.assign(output=summed["output"])
    frame.attrs["inventories"] = inventories
    units = {"upstreamness": "stages", "downstreamness": "stages", "output": economy.unit}
    return labelled(frame, economy, units)


def _position(
    economy: Economy, inventories: Inventories, which: Literal["upstreamness", "downstreamness"]
) -> pd.Series:
    if inventories not in {"final use", "in proportion"}:
        raise UnknownLabelError("treatment of inventories", inventories, ("final use", "in proportion"))
    transposed = which == "downstreamness"
    solver, x = (solver_of(economy), economy.x) if inventories == "final use" else _spread_inventories(economy)
    start = np.ones(economy.n) if transposed else x
    values = solver.solve(start, transposed=transposed) * (1.0 if transposed else economy.per_output)
    series = pd.Series(np.where(economy.has_output, values, np.nan), index=economy.index, name=which)
    series.attrs["inventories"] = inventories
    return labelled(series, economy, "stages")


def _spread_inventories(economy: Economy) -> tuple[LeontiefSolver, Array]:
    """The solver of A with row i scaled by x_i / (x_i − inventories_i), and x."""
    columns = [i for i, d in enumerate(economy.demands) if economy.demand_roles.get(d) == INVENTORIES]
    if not columns:
        raise InputError(
            Problem(
                economy.source.id,
                "no category of final demand has the role 'inventories'.",
                "Use inventories='final use'.",
            )
        )
    by_category = economy.Y.reshape(economy.n, len(economy.regions), len(economy.demands))
    held = by_category[:, :, columns].sum(axis=(1, 2))
    held[held > _MOST_HELD * economy.x] = 0.0
    used = economy.x - held
    scale = np.divide(economy.x, used, out=np.ones_like(used), where=economy.has_output)
    return LeontiefSolver(replace(economy, Z=economy.Z * scale[:, None])), economy.x
