"""Bands: how sure are an economy's accounts, when each published cell has an error of its own?

Tables are drawn around the published one: each cell of Z, Y and F times a log-normal factor of mean one, whose
relative standard error a declared model gives by the cell's size (`error_model`), signs and zeros kept. A drawn table
is brought back to the published outputs x by one of two rules:

- ``rows``: what an industry sells is scaled so that its row adds up to x less the discrepancy. Inputs, and with them
  value added, follow the draw.
- ``gras``: the nearest table that has the published row and column sums (`gras`), so that value added stays too.

Every account is then solved for every draw. A drawn A differs little from the published one, whose factor therefore
serves all draws: X ← X + L₀ (B − (I − A) X), from the published solution on, a few passes over A instead of a factor.

Known limits: the error model is an assumption; errors of structure (one price a row, sectors wider than products) are
not in it; what several statistics have wrong together is in it only as far as `common` says. Independent errors cancel
in sums, so that bands without a common part are too narrow (Rodrigues et al. 2018).
Sources: Lenzen, Wood & Wiedmann (2010), Economic Systems Research 22; Rodrigues, Moran, Wood & Behrens (2018),
Environmental Science & Technology 52.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor.economy.balance import gras
from kaldor.economy.economy import Array, Economy, Extension
from kaldor.economy.error_model import CellErrors, ErrorModel, error_model
from kaldor.economy.solve import LeontiefSolver, choose_method, solver_of
from kaldor.errors import InputError, NotConvergedError, Problem

Rule = Literal["rows", "gras"]
Small = NDArray[np.float32]

ACCOUNTS = ("production", "consumption", "domestic", "embodied_in_imports", "embodied_in_exports")

_PASSES = 40
_TOLERANCE = 1e-7  # of a drawn solution, relative to what is asked for; a band needs far less


@dataclass(frozen=True, eq=False)
class Bands:
    """What the accounts of some regions, and all multipliers, come to over many drawn tables.

    `table`: one row a (region, account), columns value (of the published table), mean, sd, low, median, high, in
    `unit`. `multipliers`: n rows (region, sector), the same columns, in `unit` per currency unit of the table. low and
    high enclose the share `level` of the draws. `draws`, `seed`, `rule` and `model` say how they came about.
    """

    table: pd.DataFrame
    multipliers: pd.DataFrame
    extension: str
    unit: str
    year: int
    level: float
    draws: int
    seed: int
    rule: Rule
    model: ErrorModel


def bands(
    economy: Economy,
    extension: str,
    *,
    regions: Sequence[str] | None = None,
    model: ErrorModel | None = None,
    draws: int = 200,
    seed: int = 0,
    rule: Rule = "rows",
    level: float = 0.9,
    progress: Callable[[int, int], None] | None = None,
) -> Bands:
    """How sure are a country's production and consumption accounts, what trade embodies, and the multipliers?

    Of all regions, or of those named (then a draw costs three right-hand sides and a few passes over A). Without a
    `model`, the declared one "usual". `level` is the share of draws that a band holds: 0.9 is from 5 to 95 %.
    Raises UnknownExtensionError, UnknownLabelError; InputError for fewer than 20 draws or a level outside 0 to 1;
    UnproductiveEconomyError where a drawn table is none.
    """
    economy.extension(extension)
    chosen = model or error_model()
    _check(draws, level)
    work = _Accounts(economy, extension, economy.regions if regions is None else regions)
    published = work.of(economy)
    accounts = np.empty((draws, *published[0].shape))
    multipliers = np.empty((draws, economy.n))
    for number, drawn in enumerate(drawn_economies(economy, chosen, draws=draws, seed=seed, rule=rule)):
        accounts[number], multipliers[number] = work.of(drawn)
        if progress is not None:
            progress(number + 1, draws)
    index = pd.MultiIndex.from_product([work.regions, ACCOUNTS], names=["region", "account"])
    return Bands(
        table=_summary(accounts.reshape(draws, -1), published[0].ravel(), index, level),
        multipliers=_summary(multipliers, published[1], economy.index, level),
        extension=extension,
        unit=economy.extension(extension).unit,
        year=economy.year,
        level=level,
        draws=draws,
        seed=seed,
        rule=rule,
        model=chosen,
    )


def drawn_economies(
    economy: Economy, model: ErrorModel, *, draws: int, seed: int, rule: Rule = "rows"
) -> Iterator[Economy]:
    """Economies drawn around the published one, with its outputs and its discrepancy: for any account of one's own.

    Draw number k depends on the seed and k alone, so that more draws continue fewer. Raises InputError for a rule that
    is not known, or with "gras" where no table has the published sums.
    """
    if rule not in ("rows", "gras"):
        raise InputError(Problem("rule", f"'{rule}' is not known.", "Use rows or gras."))
    drawer = _Drawer(economy, model, rule)
    return (drawer.draw(seed, number) for number in range(draws))


def first_order_sd(economy: Economy, extension: str, region: str, model: ErrorModel) -> float:
    """Standard deviation of a region's consumption account by the law of error propagation, in the extension's unit.

    To first order, of independent errors of F, F_Y, Z and Y without rebalancing and without common parts:
    Var = Σ (m_i x^r_j σ_ij a_ij)² + Σ (m_i σ_i y_i)² + Σ (x^r_j σ_j s_j)² + direct. The check of the draws where errors
    are small, and quick where only a first idea is wanted. Source: Heijungs & Lenzen (2014), Int. J. LCA 19.
    """
    r, solver = economy.region_position(region), solver_of(economy)
    total, own = float(economy.x.sum()), economy.extension(extension)
    y = economy.Y_by_region[:, r]
    m, x = solver.solve(economy.S(extension), transposed=True), solver.solve(y)
    columns = slice(r * len(economy.demands), (r + 1) * len(economy.demands))
    sold, emitted = economy.Y[:, columns], float(own.F.sum() + own.F_Y.sum())
    error_Z = model.flows.relative(economy.Z, total) * economy.A()
    error_Y = model.final_demand.relative(sold, total) * sold
    error_S = model.extensions.relative(own.F, emitted) * economy.S(extension)
    direct = own.F_Y[columns]
    error_direct = model.extensions.relative(direct, emitted) * direct
    variance = (m**2) @ (error_Z**2) @ (x**2) + ((m[:, None] * error_Y) ** 2).sum() + ((error_S * x) ** 2).sum()
    return float(np.sqrt(variance + (error_direct**2).sum()))


# -- drawing -------------------------------------------------------------------------------------------------------


class _Drawer:
    """Log-normal factors for every cell of one economy, and the way back to its outputs."""

    def __init__(self, economy: Economy, model: ErrorModel, rule: Rule) -> None:
        total = float(economy.x.sum())
        self._economy, self._model, self._rule = economy, model, rule
        self._sigma_Z = _log_sd(model.flows.relative(economy.Z, total))
        self._sigma_Y = _log_sd(model.final_demand.relative(economy.Y, total))
        self._target = economy.x - economy.discrepancy

    def draw(self, seed: int, number: int) -> Economy:
        rng, economy = np.random.default_rng([seed, number]), self._economy
        sectors, demands = len(economy.sectors), len(economy.demands)
        Z = economy.Z * _factors(rng, self._sigma_Z, self._model.flows, (sectors, sectors))
        Y = economy.Y * _factors(rng, self._sigma_Y, self._model.final_demand, (sectors, demands))
        Z, Y = self._balanced(Z, Y)
        extensions = [self._extension(rng, name) for name in economy.extensions]
        for array in (Z, Y):
            array.flags.writeable = False
        return replace(economy, Z=Z, Y=Y, extensions={e.id: e for e in extensions})

    def _extension(self, rng: np.random.Generator, name: str) -> Extension:
        economy, own = self._economy, self._economy.extension(name)
        total = float(np.abs(own.F).sum() + np.abs(own.F_Y).sum())
        amounts = np.concatenate(
            [own.F.reshape(len(economy.regions), -1), own.F_Y.reshape(len(economy.regions), -1)], axis=1
        )
        errors = self._model.extensions
        sigma = _log_sd(errors.relative(amounts, total))
        drawn: Array = amounts * _factors(rng, sigma, errors, (1, amounts.shape[1]))
        cut = len(economy.sectors)
        return replace(own, F=drawn[:, :cut].ravel(), F_Y=drawn[:, cut:].ravel())

    def _balanced(self, Z: Array, Y: Array) -> tuple[Array, Array]:
        if self._rule == "gras":
            whole = np.concatenate([Z, Y], axis=1)
            published = np.concatenate([self._economy.Z.sum(axis=0), self._economy.Y.sum(axis=0)])
            balanced = gras(whole, self._target, published, tolerance=1e-9).matrix
            return np.ascontiguousarray(balanced[:, : Z.shape[1]]), np.ascontiguousarray(balanced[:, Z.shape[1] :])
        # Only what is above zero is scaled: a fall of inventories is no sale.
        fallen = np.minimum(Y, 0.0).sum(axis=1)
        above = Z.sum(axis=1) + Y.sum(axis=1) - fallen
        scale = np.divide(self._target - fallen, above, out=np.ones_like(above), where=above > 0)
        Z *= scale[:, None]
        Y *= np.where(Y > 0, scale[:, None], 1.0)
        return Z, Y


def _log_sd(relative: Array) -> Small:
    """Standard deviation of the logarithm of a log-normal factor with this relative standard error."""
    return np.sqrt(np.log1p(relative**2)).astype(np.float32)


def _factors(rng: np.random.Generator, sigma: Small, errors: CellErrors, block: tuple[int, int]) -> Small:
    """Log-normal factors of mean one; the cells of one block share the part `common` of their variance."""
    z = rng.standard_normal(sigma.shape, dtype=np.float32)
    z *= np.float32(np.sqrt(1 - errors.common))
    if errors.common > 0:
        rows, columns = sigma.shape[0] // block[0], sigma.shape[1] // block[1]
        shared = rng.standard_normal((rows, columns), dtype=np.float32) * np.float32(np.sqrt(errors.common))
        z.reshape(rows, block[0], columns, block[1])[...] += shared[:, None, :, None]
    z *= sigma
    z -= sigma**2 / 2
    return np.asarray(np.exp(z, out=z))


# -- the accounts of one table ------------------------------------------------------------------------------------


class _Accounts:
    """Accounts (regions × ACCOUNTS) and multipliers of one extension, for tables near the published one."""

    def __init__(self, economy: Economy, extension: str, regions: Sequence[str]) -> None:
        self.regions = tuple(regions)
        self._extension = extension
        self._places = [economy.region_position(region) for region in self.regions]
        self._solver = LeontiefSolver(economy, tolerance=1e-4)  # a first guess of corrections, not an answer
        self._method = choose_method(economy.n, economy.n)
        exact = solver_of(economy)
        self._m = exact.solve(economy.S(extension), transposed=True)
        self._X = exact.solve(self._demands(economy))

    def of(self, economy: Economy) -> tuple[Array, Array]:
        """Accounts and multipliers of a table with the published outputs, or of the published one itself."""
        A = economy.A()
        s = economy.S(self._extension)
        m = self._near(economy, A, s[:, None], self._m[:, None], transposed=True)[:, 0]
        X = self._near(economy, A, self._demands(economy), self._X, transposed=False)
        own = economy.extension(self._extension)
        made = economy.sum_by_region(own.F) + economy.direct_by_region(self._extension)
        used_elsewhere = economy.sum_by_region(economy.unallocated(self._extension) + s * X[:, -1])
        direct = economy.direct_by_region(self._extension)
        accounts = np.empty((len(self._places), len(ACCOUNTS)))
        for row, r in enumerate(self._places):
            origin = economy.sum_by_region(s * X[:, row])
            consumption, domestic = float(origin.sum() + direct[r]), float(origin[r])
            exports = float(made[r] - used_elsewhere[r] - domestic - direct[r])
            accounts[row] = (made[r], consumption, domestic, consumption - direct[r] - domestic, exports)
        return accounts, m

    def _demands(self, economy: Economy) -> Array:
        return np.column_stack([economy.Y_by_region[:, self._places], economy.discrepancy])

    def _near(self, economy: Economy, A: Array, B: Array, start: Array, *, transposed: bool) -> Array:
        """Solve with a drawn A by corrections through the published one's factor."""
        matrix = A.T if transposed else A
        scale = np.maximum(np.abs(B).max(axis=0), np.finfo(float).tiny)
        X, worst = start, np.inf
        for _ in range(_PASSES):
            residual = B - X + matrix @ X
            worst, before = float(np.max(np.abs(residual) / scale)), worst
            if worst <= _TOLERANCE:
                return X
            if worst > before:
                break
            try:
                X = X + self._solver.solve(residual, transposed=transposed, method=self._method)
            except NotConvergedError:
                break
        return solver_of(economy).solve(B, transposed=transposed)  # too far away, or not productive: says so


# -- summing up ---------------------------------------------------------------------------------------------------


def _summary(values: Array, published: Array, index: pd.MultiIndex, level: float) -> pd.DataFrame:
    low, median, high = np.quantile(values, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    return pd.DataFrame(
        {
            "value": published,
            "mean": values.mean(axis=0, dtype=np.float64),
            "sd": values.std(axis=0, ddof=1, dtype=np.float64),
            "low": low,
            "median": median,
            "high": high,
        },
        index=index,
    )


def _check(draws: int, level: float) -> None:
    problems = []
    if draws < 20:
        problems.append(Problem("draws", f"{draws} is given.", "Expected 20 or more: fewer give no band."))
    if not 0 < level < 1:
        problems.append(Problem("level", f"{level} is given.", "Expected a share between 0 and 1, such as 0.9."))
    if problems:
        raise InputError(problems)
