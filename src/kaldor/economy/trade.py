"""Value added (or jobs, or emissions) in a country's exports, by three named definitions that differ."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from kaldor.economy.accounts import output_by_use, output_for_outside
from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import SHARE, labelled
from kaldor.economy.multipliers import OF_THE_TABLE, amounts_of, intensity
from kaldor.economy.solve import domestic_solver
from kaldor.errors import InputError, Problem

Definition = Literal["gross_exports", "extraction", "absorbed_abroad"]

DEFINITIONS: dict[Definition, str] = {
    "gross_exports": "domestic content of gross exports, v (I − A_rr)⁻¹ e with the domestic block alone",
    "extraction": "what the country would lose if it sold nothing abroad (hypothetical extraction of exports)",
    "absorbed_abroad": "domestic content of what other countries finally use, wherever it was last processed",
}


def gross_exports(economy: Economy, region: str) -> Array:
    """What each sector of a region sells to industries and final users abroad (sectors), in the table's unit.

    Abroad is every other region of the table, and what lies outside it.
    """
    rows = economy.rows_of(region)
    to_industries = economy.Z[rows].sum(axis=1) - economy.Z[rows, rows].sum(axis=1)
    own = economy.region_position(region)
    to_final_use = economy.Y_by_region[rows].sum(axis=1) - economy.Y_by_region[rows, own]
    return to_industries + to_final_use + economy.sold_outside[rows]


def content_of_exports(
    economy: Economy,
    content: str = OF_THE_TABLE,
    *,
    definition: Definition = "gross_exports",
) -> pd.DataFrame:
    """How much domestic value added (or jobs, or CO2) stands in each region's exports, by the named definition.

    Returns one row a region: `exports` (gross, in the table's unit), `content` (in the content's unit) and
    `share_of_total` (of all the region's industries have of it). `attrs` name units and definition.
    The statistical discrepancy of the table is no export. A region without any published figure has NaN.
    Sources: gross_exports: Koopman, Wang & Wei (2014), DVA with the local inverse; extraction: Los, Timmer &
    de Vries (2016); absorbed_abroad: Johnson & Noguera (2012).
    Raises UnknownExtensionError; UnproductiveEconomyError; InputError for a table whose flows hold imports from outside
    it, since nobody can tell there what of an export was made at home.
    """
    _check_origins(economy)
    measure = {"gross_exports": _in_gross_exports, "extraction": _by_extraction, "absorbed_abroad": _absorbed_abroad}
    intensities = intensity(economy, content)
    amounts = measure[definition](economy, intensities)
    totals = economy.sum_by_region(amounts_of(economy, content))
    amounts = np.where(economy.unpublished(content), np.nan, amounts)
    frame = pd.DataFrame(
        {
            "exports": [gross_exports(economy, region).sum() for region in economy.regions],
            "content": amounts,
            "share_of_total": np.divide(amounts, totals, out=np.full_like(amounts, np.nan), where=totals > 0),
        },
        index=pd.Index(economy.regions, name="region"),
    )
    frame.attrs["definition"] = definition
    own = [economy.extensions[content]] if content in economy.extensions else []
    amount = own[0].unit if own else economy.unit
    units = {"exports": economy.unit, "content": amount, "share_of_total": SHARE}
    return labelled(frame, economy, units, *own)


def _check_origins(economy: Economy) -> None:
    if economy.bought_outside.any():
        what = "its flows hold imports, so that what of an export was made at home cannot be told."
        remedy = "Add a table of domestic flows, or one of the world."
        raise InputError(Problem(f"{economy.source.id} {economy.year}", what, remedy))


def _in_gross_exports(economy: Economy, intensities: Array) -> Array:
    """v_r (I − A_rr)⁻¹ e_r for each region: feedback through other countries is left to them."""
    return np.array(
        [
            intensities[economy.rows_of(region)] @ _domestic_output(economy, region, gross_exports(economy, region))
            for region in economy.regions
        ]
    )


def _by_extraction(economy: Economy, intensities: Array) -> Array:
    """Content of the output that all final use calls forth, less that of home's own final use alone.

    With no sales abroad a region is left with its domestic block: v_r (L Y)_r − v_r (I − A_rr)⁻¹ y_rr. Without a
    statistical discrepancy this equals `gross_exports`; it leaves out what the discrepancy abroad takes.
    """
    sold, bought = output_for_outside(economy)
    output = output_by_use(economy).sum(axis=1) + sold - bought
    lost = []
    for position, region in enumerate(economy.regions):
        rows = economy.rows_of(region)
        own_use = economy.Y_by_region[rows, position] - economy.bought_outside[rows]
        remaining = _domestic_output(economy, region, own_use)
        lost.append(intensities[rows] @ (output[rows] - remaining))
    return np.array(lost)


def _absorbed_abroad(economy: Economy, intensities: Array) -> Array:
    by_use = economy.sum_by_region(intensities[:, None] * output_by_use(economy))
    sold, _ = output_for_outside(economy)
    return by_use.sum(axis=1) - np.diag(by_use) + economy.sum_by_region(intensities * sold)


def _domestic_output(economy: Economy, region: str, demand: Array) -> Array:
    """Output of a region's sectors for a demand, through its domestic block alone: (I − A_rr)⁻¹ demand."""
    return domestic_solver(economy, region).solve(demand)
