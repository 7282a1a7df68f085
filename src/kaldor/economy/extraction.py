"""What an economy would lose if a block of industries, its purchases or its sales were gone: hypothetical extraction.

Sources: Miller & Lahr (2001), in Regional Science Perspectives in Economic Analysis, 407-441; Dietzenbacher & Lahr
(2013), Economic Systems Research 25(3), 341-360 (partial extraction); Dietzenbacher & van der Linden (1997), Journal
of Regional Science 37(2), 235-257 (backward by Leontief, forward by Ghosh); Miller & Blair (2009), section 12.2.
Known limits: what was bought from the block is taken from outside the table without delay or cost; prices and
technology stay. It is a measure of importance, not a forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import labelled
from kaldor.economy.multipliers import OF_THE_TABLE, VALUE_ADDED, amounts_of, intensity, without_output
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError, Problem, UnknownLabelError

Kind = Literal["full", "backward", "forward", "supply"]

KINDS: dict[Kind, str] = {
    "full": "the block neither buys nor sells, to anybody: its rows, columns and final sales are gone",
    "backward": "the block buys no inputs from the economy: its columns are gone, its sales stay",
    "forward": "no industry buys from the block: its rows are gone, its sales to final users stay",
    "supply": "the block passes nothing on to its customers, all sales shares fixed: its rows of Ghosh's coefficients",
}


def block_of(
    economy: Economy, regions: str | Iterable[str] | None = None, sectors: str | Iterable[str] | None = None
) -> list[tuple[str, str]]:
    """All (region, sector) of some regions and sectors, each once; None means all, a sector may be a group's name.

    Raises UnknownLabelError with the near match.
    """
    chosen = economy.regions if regions is None else _listed(regions)
    named = economy.sectors if sectors is None else _listed(sectors)
    members: list[str] = []
    for name in named:
        if name not in economy.sectors and name not in economy.sector_groups:
            raise UnknownLabelError("sector or group", name, (*economy.sectors, *economy.sector_groups))
        members += [name] if name in economy.sectors else economy.sector_groups[name]
    for region in chosen:
        economy.region_position(region)
    return [(region, sector) for region in dict.fromkeys(chosen) for sector in dict.fromkeys(members)]


def extract(
    economy: Economy,
    block: Sequence[tuple[str, str]],
    *,
    kind: Kind = "full",
    share: float = 1.0,
    by: Literal["region", "sector", "region-sector"] = "region",
    extensions: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Output, value added and extensions lost when a share of a block of region-sectors is taken out.

    `block`: (region, sector) pairs, see `block_of`. `kind`: see `KINDS`. `share` of the block's flows that goes, from 0
    to 1. `extensions`: ids, all by default; value added is that of the table. Returns one row a region (or sector, or
    both) with each quantity `…` as the columns "…" (now) and "…_lost", in the units of `attrs["units"]`; value added
    and extensions per output stay, and what industries without output have stays as it is; `attrs["note"]` says how
    much that is, "" where it is none. Final users' own amounts are not in the table.
    Raises InputError (empty block, pair named twice, share, kind); UnknownLabelError; UnproductiveEconomyError.
    """
    if by not in {"region", "sector", "region-sector"}:
        raise UnknownLabelError("grouping", by, ("region", "sector", "region-sector"))
    rows = _checked(economy, block, kind, share)
    left = output_left(economy, rows, kind, share)
    lost = economy.x - left
    names = list(economy.extensions) if extensions is None else list(extensions)
    columns = {"output": economy.x, "output_lost": lost}
    units = {"output": economy.unit}
    for name in dict.fromkeys([VALUE_ADDED, *names]):
        meant = OF_THE_TABLE if name == VALUE_ADDED else name
        columns |= {name: amounts_of(economy, meant), f"{name}_lost": intensity(economy, meant) * lost}
        units[name] = economy.unit if name == VALUE_ADDED else economy.extension(name).unit
    frame = pd.DataFrame(columns, index=economy.index)
    if by != "region-sector":
        frame = frame.groupby(level=by, sort=False).sum()
    frame.attrs.update(kind=kind, share=share, block=tuple(block), note=_that_stays(economy, names))
    read = (economy.extension(name) for name in names if name != VALUE_ADDED)
    return labelled(frame, economy, units, *read, status="predicted")


def _that_stays(economy: Economy, names: Sequence[str]) -> str:
    """What industries without output have, in a sentence; "" where they have nothing."""
    meant = {"value added": (OF_THE_TABLE, economy.unit)} | {
        economy.extension(name).name: (name, economy.extension(name).unit) for name in names if name != VALUE_ADDED
    }
    amounts = {what: (without_output(economy, name), unit) for what, (name, unit) in meant.items()}
    told = [f"{what} {amount.sum():,.6g} {unit}" for what, (amount, unit) in amounts.items() if amount.any()]
    if not told:
        return ""
    return f"Industries without output lose nothing; of the world's totals they have {', '.join(told)} (unallocated)."


def output_left(economy: Economy, rows: NDArray[np.intp], kind: Kind, share: float) -> Array:
    """Output (n) once a share of the rows' sales, purchases or both is gone.

    The new A differs from the old in the block's rows or columns only, A' = A − U Vᵀ, so that the factor of I − A
    serves again: x' = L y' − (L U)(1 + Vᵀ L U)⁻¹ Vᵀ L y' (Woodbury), with one solve an industry of the block,
    or two. With Ghosh's coefficients B = x̂⁻¹ A x̂, output over its old self solves the transposed system (Dietzenbacher
    & van der Linden 1997).
    The statistical discrepancy and what industries without output buy are uses beside final demand, so that nothing
    extracted leaves x as it is.
    """
    solver = solver_of(economy)
    supply = kind == "supply"
    start = _own_inputs(economy) if supply else _uses(economy, rows, kind, share)
    units = np.zeros((economy.n, len(rows)))
    units[rows, np.arange(len(rows))] = 1
    U, VT = _change(economy, units, rows, kind)
    solved = solver.solve(np.column_stack([start, U * share]), transposed=supply)
    plain, images = solved[:, 0], solved[:, 1:]
    correction = np.linalg.solve(np.eye(images.shape[1]) + VT(images), VT(plain[:, None]))
    left = plain - (images @ correction)[:, 0]
    return economy.x * left if supply else left


def _own_inputs(economy: Economy) -> Array:
    """Value added per unit of output (n); 1 where there is no output, which stays what it is."""
    return np.where(economy.has_output, economy.value_added * economy.per_output, 1.0)


def _uses(economy: Economy, rows: NDArray[np.intp], kind: Kind, share: float) -> Array:
    """The uses of output (n) that A has no column for, once a share of the block's is gone.

    Final demand with the discrepancy, which goes with `full` alone, and what industries without output buy: of the
    block where its sales go, and in the block where its purchases go; where both, once.
    """
    others = economy.x - economy.Z.sum(axis=1)
    idle = np.flatnonzero(~economy.has_output)
    bought, goes = economy.Z[:, idle].astype(np.float64), np.zeros((economy.n, len(idle)), dtype=np.bool_)
    if kind in {"full", "forward"}:
        goes[rows] = True
    if kind in {"full", "backward"}:
        goes[:, np.isin(idle, rows)] = True
    if kind == "full":
        others[rows] *= 1 - share
    return np.asarray(others + np.where(goes, (1 - share) * bought, bought).sum(axis=1))


def _change(
    economy: Economy, units: Array, rows: NDArray[np.intp], kind: Kind
) -> tuple[Array, Callable[[Array], Array]]:
    """U (n × k) and the product with Vᵀ: A' = A − share · U Vᵀ takes out rows, columns, or both with the block once."""
    columns = economy.Z[:, rows] * economy.per_output[rows]
    if kind == "backward":
        return columns, lambda X: X[rows]
    lines = economy.Z[rows] * economy.per_output
    if kind == "supply":
        return lines.T, lambda X: X[rows]
    if kind == "forward":
        return units, lambda X: lines @ X
    outside = columns.copy()
    outside[rows] = 0
    return np.column_stack([units, outside]), lambda X: np.vstack([lines @ X, X[rows]])


def _checked(economy: Economy, block: Sequence[tuple[str, str]], kind: str, share: float) -> NDArray[np.intp]:
    problems = []
    if not block:
        problems.append(Problem("block", "is empty.", "Name at least one (region, sector)."))
    if len(set(block)) != len(block):
        problems.append(Problem("block", "names a (region, sector) twice."))
    if kind not in KINDS:
        problems.append(Problem("kind", f"'{kind}' is not known.", f"One of {', '.join(KINDS)}."))
    if not 0 <= share <= 1:
        problems.append(Problem("share", f"is {share}.", "It lies between 0 and 1."))
    if problems:
        raise InputError(problems)
    places = [economy.rows_of(region).start + economy.sector_position(sector) for region, sector in block]
    return np.array(places, dtype=np.intp)


def _listed(names: str | Iterable[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
