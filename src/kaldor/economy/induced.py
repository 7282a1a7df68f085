"""Multipliers with households inside: what is set in motion when the incomes that industries pay are spent again.

Sources: Miller & Blair (2009), sections 2.5 and 6.2 (type I and II, total and truncated); Miyazawa (1976), Input-Output
Analysis and the Structure of Income Distribution, for households of several regions and for closing without a larger
inverse.
Known limits: an upper bound. Every further unit of income is spent like the average one, at once, and production
follows without limit; taxes, savings and benefits appear only as the share that the table's households do not spend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import labelled
from kaldor.economy.multipliers import VALUE_ADDED, intensity, is_of_the_table, unit_of
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError, Problem, UnproductiveEconomyError

HOUSEHOLDS = "households"

TRUNCATED = (
    "Type II output is truncated: the industries' output only, with household income beside it; the total of the "
    "textbooks is the sum of the two."
)


def type2_multipliers(
    economy: Economy,
    extensions: Sequence[str] | None = None,
    *,
    income: str = VALUE_ADDED,
    spending: float | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """What one unit of final demand takes along the chains (type I) and with the spending of incomes (type II).

    `income`: what counts as household income of the region where it arises: an extension in the table's unit
    (compensation of employees), or "value_added", that of the table. `spending`: units spent by households per unit
    of that income, one number or by region; from the table's own household demand by default. Households buy as they
    do in the table.
    Returns n rows (region, sector), for "output", "income" and each extension the columns "…_type1" and "…_type2";
    type II of an extension includes what households themselves emit or use (F_Y). `attrs["units"]` gives the units
    per currency unit of the table, `attrs["note"]` says what is truncated.
    Raises InputError (no household demand, income in another unit, spending below 0); UnknownExtensionError;
    UnproductiveEconomyError, also where spending out of income would feed itself for ever.
    """
    names = list(economy.extensions) if extensions is None else list(extensions)
    earned = _income(economy, income)
    basket, direct = _household_columns(economy, earned, spending, names)
    solver = solver_of(economy)
    rows = np.vstack([np.ones(economy.n), *[intensity(economy, name) for name in names]])
    by_region = np.zeros((len(economy.regions), economy.n))
    for position, region in enumerate(economy.regions):
        by_region[position, economy.rows_of(region)] = (earned * economy.per_output)[economy.rows_of(region)]
    solved = solver.solve(np.vstack([rows, by_region]).T, transposed=True).T
    type1, incomes = solved[: len(rows)], solved[len(rows) :]
    type2, incomes2 = households_inside(type1, incomes, basket, direct)
    columns: dict[str, Array] = {}
    for i, name in enumerate(["output", *names]):
        columns |= {f"{name}_type1": type1[i], f"{name}_type2": type2[i]}
        if name == "output":
            columns |= {"income_type1": incomes.sum(axis=0), "income_type2": incomes2.sum(axis=0)}
    frame = pd.DataFrame(columns, index=economy.index)
    units = {"output": economy.unit, "income": economy.unit} | {name: unit_of(economy, name) for name in names}
    frame.attrs.update(income=income, note=TRUNCATED)
    per_unit = {name: f"{unit} per {economy.unit}" for name, unit in units.items()}
    read = dict.fromkeys([*names, *([] if income == VALUE_ADDED else [income])])
    return labelled(frame, economy, per_unit, *(economy.extensions[n] for n in read if n in economy.extensions))


def households_inside(
    type1: Array, incomes: Array, basket: Array, direct: Array, own: Array | None = None
) -> tuple[Array, Array]:
    """Type II multipliers (k × n) and household incomes (h × n) per unit of final demand, from those of type I.

    `type1` S L (k × n), `incomes` H L (h × n), `basket` what households buy per unit of income (n × h), `direct` what
    they themselves emit per unit of income (k × h), `own` what they pay each other (h × h). With
    K = (1 − own − H L C)⁻¹: incomes K H L, multipliers S L + (S L C + direct) K H L.
    Raises UnproductiveEconomyError if spending out of income does not die down.
    """
    rounds = incomes @ basket + (0 if own is None else own)
    if np.abs(np.linalg.eigvals(rounds)).max() >= 1:
        raise UnproductiveEconomyError(
            "Households spend so much of the income that their spending brings about that it never dies down. Give "
            "`spending` below 1, or an `income` that holds all that households live on."
        )
    incomes2 = np.asarray(np.linalg.solve(np.eye(len(rounds)) - rounds, incomes), dtype=np.float64)
    return type1 + (type1 @ basket + direct) @ incomes2, incomes2


def _income(economy: Economy, income: str) -> Array:
    if income == VALUE_ADDED:
        return np.where(economy.has_output, economy.value_added, 0.0)
    extension = economy.extension(income)
    if extension.unit != economy.unit:
        raise InputError(
            Problem(
                f"income '{income}'",
                f"is in {extension.unit}, the table in {economy.unit}.",
                "Name an extension in the table's currency unit, such as compensation of employees.",
            )
        )
    return np.where(economy.has_output, extension.F, 0.0)


def _household_columns(
    economy: Economy, earned: Array, spending: float | Mapping[str, float] | None, names: Sequence[str]
) -> tuple[Array, Array]:
    """What households buy (n × regions) and emit (one row for output, then each extension) per unit of income."""
    columns = [i for i, d in enumerate(economy.demands) if economy.demand_roles.get(d) == HOUSEHOLDS]
    if not columns:
        raise InputError(
            Problem(
                economy.source.id,
                "no category of final demand has the role 'households'.",
                "Declare it in the dataset's demand roles.",
            )
        )
    shape = (len(economy.regions), len(economy.demands))
    bought = economy.Y.reshape(economy.n, *shape)[:, :, columns].sum(axis=2)
    total, income = bought.sum(axis=0), economy.sum_by_region(earned)
    per_income = _per_income(economy, total, income, spending)
    per_unit = np.divide(per_income, total, out=np.zeros_like(total), where=total > 0)
    direct = [
        (np.zeros(shape) if is_of_the_table(economy, name) else economy.extension(name).F_Y.reshape(shape))[
            :, columns
        ].sum(axis=1)
        * per_unit
        for name in names
    ]
    return bought * per_unit, np.vstack([np.zeros(shape[0]), *direct])


def _per_income(economy: Economy, total: Array, income: Array, spending: float | Mapping[str, float] | None) -> Array:
    if spending is None:
        return np.divide(total, income, out=np.zeros_like(total), where=income > 0)
    given = spending if isinstance(spending, Mapping) else dict.fromkeys(economy.regions, spending)
    problems = [Problem("spending", f"none for {region}.") for region in economy.regions if region not in given]
    problems += [
        Problem("spending", f"is {value} for {region}.", "It is 0 or more units per unit of income.")
        for region, value in given.items()
        if not value >= 0
    ]
    if problems:
        raise InputError(problems)
    return np.array([given[region] for region in economy.regions], dtype=np.float64)
