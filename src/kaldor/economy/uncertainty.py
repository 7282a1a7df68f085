"""Bands: how sure are an economy's accounts, when each published figure has an error of its own?

Tables are drawn around the published one: each cell of Z, Y and F times log-normal factors of mean one, of its own and
of its block (the trade of two countries, the emissions of one), whose relative standard errors a declared model gives
(`error_model`), signs and zeros kept. A drawn table is brought back to what is better known: national totals vary by
errors of their own (`national_totals`), and published outputs x stay, by one of two rules:

- ``rows``: what an industry sells is scaled so that its row adds up to x less the discrepancy. Inputs, and with them
  value added, follow the draw.
- ``gras``: the nearest table that has the published row and column sums (`gras`), so that value added stays too.

Every account is then solved for every draw. What is solved for is the difference to the published multipliers, so that
single precision is enough and certain cells give no width at all; a few products with the drawn A do it (`krylov`).

An *estimated* economy that knows what it was made of (the starter world, a country from a fact sheet, a sector split in
one of these) is drawn anew from that, unless an error model is named: errors of cells would say that the technology and
the trade that it assumes are right.

Known limits: the error model is an assumption; errors of structure (one price a row, sectors wider than products) are
not in it; what several statistics have wrong together is in it only as far as `block` and `common` say. Independent
errors cancel in sums, so that bands without a common part are too narrow (Rodrigues et al. 2018).
Sources: Lenzen, Wood & Wiedmann (2010), Economic Systems Research 22; Rodrigues, Moran, Wood & Behrens (2018),
Environmental Science & Technology 52.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kaldor.atlas.published import Redrawn
from kaldor.economy.accounts import country_accounts
from kaldor.economy.drawing import Drawer, Drawn, Rule
from kaldor.economy.economy import Array, Economy, Extension
from kaldor.economy.error_model import ErrorModel, error_model
from kaldor.economy.krylov import OwnBlocks, Single, least_residual, times_rows
from kaldor.economy.labelled import Shown, labelled
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError, Problem

ACCOUNTS = ("production", "consumption", "domestic", "embodied_in_imports", "embodied_in_exports")

DRAWS, SEED, LEVEL = 200, 1, 0.9
RULE: Rule = "rows"
"""What is meant where nothing is said, at every door."""

_MULTIPLIERS, _REGIONS = 1e-6, 1e-5  # what may be left of a difference to the published ones; a band needs far less
_PRODUCTS = 40
_UNEVEN = 1e4  # times the mean: a multiplier beyond takes more than a hundredth of what others vary by
_FAR = 1e30  # from one: near the end of what single precision can say
_CERTAIN = 0.9  # of 1, so that rounding does not decide whether a drawn table is productive


@dataclass(frozen=True, eq=False, repr=False)
class Bands(Shown):
    """What the accounts of some regions, and all multipliers, come to over many drawn tables.

    `table`: one row a (region, account), columns value (of the published table), mean, sd, low, median, high, in
    `unit`. `multipliers`: n rows (region, sector), the same columns, in `unit` per currency unit of the table. low and
    high enclose the share `level` of the draws. `draws`, `seed`, `rule` and `model` say how they came about; without a
    `model` an estimate was drawn anew, which has no rule.
    """

    table: pd.DataFrame
    multipliers: pd.DataFrame
    extension: str
    unit: str
    year: int
    level: float
    draws: int
    seed: int
    rule: Rule | None
    model: ErrorModel | None

    def in_a_line(self) -> str:
        """Of what, over how many draws."""
        how = self.rule or "of the estimate"
        return f"Bands of {self.extension}: {100 * self.level:g} % of {self.draws} draws (seed {self.seed}, {how})"

    def main_table(self) -> pd.DataFrame:
        """The accounts' bands."""
        return self.table


def bands(
    economy: Economy,
    extension: str,
    *,
    regions: Sequence[str] | None = None,
    model: ErrorModel | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    rule: Rule = RULE,
    level: float = LEVEL,
    progress: Callable[[int, int], None] | None = None,
) -> Bands:
    """How sure are a country's production and consumption accounts, what trade embodies, and the multipliers?

    Of all regions, or of those named (then a draw costs three right-hand sides and a few passes over A). Without a
    `model`, an estimated economy is drawn anew from what it was made of, and any other by the declared model "usual".
    `level` is the share of draws that a band holds: 0.9 is from 5 to 95 %.
    Raises UnknownExtensionError, UnknownLabelError; InputError for fewer than 20 draws or a level outside 0 to 1;
    UnproductiveEconomyError where a drawn table is none.
    """
    economy.extension(extension)
    _check(draws, level)
    anew = economy.redrawn_for(extension) if model is None else None
    chosen = None if anew else model or error_model()
    drawer = _drawer(economy, chosen or error_model(), rule)
    work = _Accounts(economy, extension, economy.regions if regions is None else regions, drawer)
    found = _of_estimates(anew, work, extension, draws, seed) if anew else _of_tables(work, drawer, draws, seed)
    accounts = np.empty((draws, *work.published[0].shape))
    multipliers = np.empty((draws, economy.n))
    for number in range(draws):
        one = next(found, None)
        if one is None:
            what = f"the estimate gives {number} of {draws} draws; typed values have no room in the others."
            raise InputError(Problem("draws", what, "Ask for fewer, or type values that leave more to the rest."))
        accounts[number], multipliers[number] = one
        if progress is not None:
            progress(number + 1, draws)
    index = pd.MultiIndex.from_product([work.regions, ACCOUNTS], names=["region", "account"])
    own = economy.extension(extension)
    of_accounts = _summary(accounts.reshape(draws, -1), work.published[0].ravel(), index, level)
    without = [code for code, absent in zip(economy.regions, economy.unpublished(extension), strict=True) if absent]
    made = [account for account in ACCOUNTS if account != "embodied_in_imports"]
    of_accounts.loc[[label for label in index if label[0] in without and label[1] in made]] = np.nan
    of_multipliers = _summary(multipliers, work.published[1], economy.index, level)
    return Bands(
        table=labelled(of_accounts, economy, own.unit, own, status="estimated"),
        multipliers=labelled(of_multipliers, economy, f"{own.unit} per {economy.unit}", own, status="estimated"),
        extension=extension,
        unit=own.unit,
        year=economy.year,
        level=level,
        draws=draws,
        seed=seed,
        rule=rule if chosen else None,
        model=chosen,
    )


def _of_tables(work: _Accounts, drawer: Drawer, draws: int, seed: int) -> Iterator[tuple[Array, Array]]:
    """Accounts and multipliers of tables drawn around the published one."""
    return (work.of(drawer.draw(seed, number)) for number in range(draws))


def _of_estimates(
    anew: Redrawn, work: _Accounts, extension: str, draws: int, seed: int
) -> Iterator[tuple[Array, Array]]:
    """Accounts and multipliers of an estimate as it might have come out."""
    for drawn in map(Economy.from_published, anew(draws, seed)):
        accounts = country_accounts(drawn, extension).loc[list(work.regions), list(ACCOUNTS)]
        yield accounts.to_numpy(), solver_of(drawn).solve(drawn.S(extension), transposed=True)


def drawn_economies(
    economy: Economy, model: ErrorModel, *, draws: int, seed: int, rule: Rule = "rows"
) -> Iterator[Economy]:
    """Economies drawn around the published one, with its outputs and its discrepancy: for any account of one's own.

    Draw number k depends on the seed and k alone, so that more draws continue fewer. Raises InputError for a rule that
    is not known.
    """
    drawer = _drawer(economy, model, rule)
    return (drawer.economy(drawer.draw(seed, number)) for number in range(draws))


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
    sold, emitted = economy.Y[:, columns][:, economy.used_at_home[columns]], float(own.F.sum() + own.F_Y.sum())
    error_Z = model.flows.relative(economy.Z, total) * economy.A()
    error_Y = model.final_demand.relative(sold, total) * sold
    error_S = model.extensions.relative(own.F, emitted) * economy.S(extension)
    direct = own.F_Y[columns]
    error_direct = model.extensions.relative(direct, emitted) * direct
    variance = (m**2) @ (error_Z**2) @ (x**2) + ((m[:, None] * error_Y) ** 2).sum() + ((error_S * x) ** 2).sum()
    return float(np.sqrt(variance + (error_direct**2).sum()))


def _drawer(economy: Economy, model: ErrorModel, rule: Rule) -> Drawer:
    if rule not in ("rows", "gras"):
        raise InputError(Problem("rule", f"'{rule}' is not known.", "Use rows or gras."))
    return Drawer(economy, model, rule)


# -- the accounts of one table ------------------------------------------------------------------------------------


class _Accounts:
    """Accounts (regions × ACCOUNTS) and multipliers (n) of one extension, of drawn tables and the published one.

    All follow from rows of multipliers: of the whole extension, and of each region's part alone (what final use takes
    of the emissions of that region).
    """

    def __init__(self, economy: Economy, extension: str, regions: Sequence[str], drawer: Drawer) -> None:
        self.regions = tuple(regions)
        self._economy, self._extension, self._drawer = economy, extension, drawer
        self._places = [economy.region_position(region) for region in self.regions]
        self._s = self._rows_of(economy.S(extension))
        solved = solver_of(economy).solve(np.column_stack([self._s.T, np.ones(economy.n)]), transposed=True)
        rows = np.ascontiguousarray(solved.T)
        self._M, self._gross = rows[:-1], rows[-1]
        self._single = _held_in_single(rows, economy.x)
        self._known = rows.astype(np.float32) if self._single else np.zeros(0, dtype=np.float32)
        self._A = np.zeros((economy.n, economy.n), dtype=np.float32)  # of the draw at hand; empty cells stay empty
        self._use = drawer.Y.places // len(economy.demands)  # the place of each filled cell of Y in n × regions
        self._home = economy.used_at_home[drawer.Y.columns] if economy.trades_outside else None
        self._imported = economy.is_bought_outside(drawer.Y.columns, drawer.Y.values)
        uses = economy.Y_by_region, economy.bought_outside
        self.published = self._accounts(self._M, *uses, economy.extension(extension), self._s[0])

    def of(self, drawn: Drawn) -> tuple[Array, Array]:
        """Accounts and multipliers of a drawn table. Raises UnproductiveEconomyError where it is none."""
        own, economy = drawn.extensions[self._extension], self._economy
        s = self._rows_of(own.F * economy.per_output)
        Y, bought = self._uses(drawn.Y)
        return self._accounts(self._multipliers(drawn, s), Y, bought, own, s[0])

    def _uses(self, values: Array) -> tuple[Array, Array]:
        """From drawn cells of Y: home use by region (n × regions), and what is bought outside the table (n)."""
        n, regions = self._economy.n, len(self._economy.regions)
        home = values if self._home is None else np.where(self._home, values, 0.0)
        used = np.bincount(self._use, weights=home, minlength=n * regions)
        Y: Array = used.astype(np.float64, copy=False).reshape(n, regions)
        if self._home is None:
            return Y, np.zeros(n)
        bought = np.where(self._imported, -values, 0.0)
        return Y, np.bincount(self._use // regions, weights=bought, minlength=n).astype(np.float64, copy=False)

    def _rows_of(self, s: Array) -> Array:
        """The intensities of all industries, then of those of each region alone (1 + regions × n)."""
        rows = np.zeros((1 + len(self._places), len(s)))
        rows[0] = s
        for row, region in enumerate(self.regions, start=1):
            mine = self._economy.rows_of(region)
            rows[row, mine] = s[mine]
        return rows

    def _accounts(self, M: Array, Y: Array, bought: Array, own: Extension, s: Array) -> tuple[Array, Array]:
        """From rows of multipliers, home use by region (n × regions), what is bought outside (n), the extension, s."""
        economy, m = self._economy, M[0]
        direct = own.F_Y.reshape(len(economy.regions), -1).sum(axis=1)
        made = economy.sum_by_region(own.F) + direct
        unallocated = economy.sum_by_region(np.where(economy.has_output, 0.0, own.F))
        accounts = np.empty((len(self._places), len(ACCOUNTS)))
        for row, r in enumerate(self._places):
            domestic = float(M[row + 1] @ Y[:, r] - M[row + 1] @ bought)
            consumption = float(m @ Y[:, r] + direct[r])
            elsewhere = unallocated[r] + float(M[row + 1] @ economy.unexplained)
            exports = float(made[r] - elsewhere - domestic - direct[r])
            accounts[row] = (made[r], consumption, domestic, consumption - direct[r] - domestic, exports)
        return accounts, m

    # -- the multipliers of a drawn table --------------------------------------------------------------------------

    def _multipliers(self, drawn: Drawn, s: Array) -> Array:
        """M' with M' (I − A') = s', as M and the difference: (M' − M)(I − A') = s' − s + M (A' − A)."""
        if not self._single:
            return self._by_factor(drawn, s)
        cells, per_output = self._drawer.Z, self._economy.per_output
        self._put((drawn.Z - cells.values) * per_output[cells.columns])
        by_change = times_rows(self._known, self._A)
        wanted = (s - self._s).astype(np.float32) + by_change[:-1]
        self._put(drawn.Z * per_output[cells.columns])
        blocks = self._own_blocks()
        whole = self._difference(wanted[:1], blocks, _MULTIPLIERS)
        parts = self._difference(wanted[1:], blocks, _REGIONS)
        if whole is None or parts is None or not self._productive(by_change[-1], blocks):
            return self._by_factor(drawn, s)
        return self._M + np.concatenate([whole, parts])

    def _by_factor(self, drawn: Drawn, s: Array) -> Array:
        """The same, solved as any table is. Raises UnproductiveEconomyError where the drawn table is none."""
        return solver_of(self._drawer.economy(drawn)).solve(s.T, transposed=True).T

    def _difference(self, wanted: Single, blocks: OwnBlocks, tolerance: float) -> Single | None:
        """X with X (I − A') = wanted (k × n), each row alike; None where that takes too long."""
        size = np.linalg.norm(wanted, axis=1, keepdims=True)
        size[size == 0] = 1
        found = least_residual(
            lambda rows: times_rows(rows, self._A),
            lambda rows: blocks.after(rows, transposed=False),
            wanted / size,
            tolerance=tolerance,
            most=_PRODUCTS,
        )
        return None if found is None else found * size

    def _productive(self, change: Single, blocks: OwnBlocks) -> bool:
        """Whether some u > 0 has (I − A'ᵀ) u > 0: the published u for which it is 1 where the draw leaves it so, else
        the drawn table's own. `change` is (A' − A)ᵀ u."""
        if change.max() < _CERTAIN:
            return True
        difference = self._difference(change[None, :], blocks, _MULTIPLIERS)
        return difference is not None and bool((self._gross + difference).min() >= _CERTAIN)

    def _put(self, values: Array) -> None:
        self._A.reshape(-1)[self._drawer.Z.places] = values

    def _own_blocks(self) -> OwnBlocks:
        sectors = len(self._economy.sectors)
        regions = [slice(r * sectors, (r + 1) * sectors) for r in range(len(self._economy.regions))]
        return OwnBlocks.of(lambda r: self._A[regions[r], regions[r]], len(regions), sectors)


def _held_in_single(rows: Array, x: Array) -> bool:
    """Whether single precision holds multipliers (k × n, the first row of the whole extension) well enough for bands.

    Not where an industry emits so much for next to no output (x) that the others drown in the rounding of its own.
    """
    largest = np.abs(rows).max(axis=1)
    made = np.maximum(x, 0.0)
    even = largest[0] * made.sum() <= _UNEVEN * (np.abs(rows[0]) @ made)
    return bool(even and ((largest == 0) | ((largest > 1 / _FAR) & (largest < _FAR))).all())


# -- summing up ---------------------------------------------------------------------------------------------------


def _summary(values: Array, published: Array, index: pd.MultiIndex, level: float) -> pd.DataFrame:
    low, median, high = np.quantile(values, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    # By a power of two of their own size, which costs no digit: squares of what is very large or small have no room.
    _, exponents = np.frexp(np.abs(values).max(axis=0))
    sized = np.ldexp(values, 1 - exponents)
    return pd.DataFrame(
        {
            "value": published,
            "mean": np.ldexp(sized.mean(axis=0, dtype=np.float64), exponents - 1),
            "sd": np.ldexp(sized.std(axis=0, ddof=1, dtype=np.float64), exponents - 1),
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
