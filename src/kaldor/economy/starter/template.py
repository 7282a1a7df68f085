"""Technology templates: how an industry makes its product, where a country has no table of its own.

A template holds shares only (inputs per unit of output, imported and exported shares, the mix of final use), so that
it can be laid on a country of any size. It is read off countries that have tables, or typed in from a declared one.
Known limit: a template is an average of several technologies, and says nothing of the country it stands in for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Economy
from kaldor.errors import InputError, Problem

Array = NDArray[np.float64]

_SHARES = (
    "value_added",
    "value_added_mix",
    "inputs",
    "imported_inputs",
    "imported_final",
    "exported",
    "final_use",
    "co2_households",
)


@dataclass(frozen=True, eq=False)
class CountryTable:
    """One country's part of a world table, s sectors and d categories of final use, flows in the table's unit.

    Rows of `Z_domestic` and `Y_domestic` are home products, rows of `Z_imported` and `Y_imported` the same products
    from all other regions together. `co2` is by industry, `co2_households` the direct part of final use (both 0
    where the table carries no such extension).
    """

    x: Array
    Z_domestic: Array
    Z_imported: Array
    Y_domestic: Array
    Y_imported: Array
    exports: Array
    co2: Array
    co2_households: float

    @property
    def value_added(self) -> Array:
        """Output less all inputs, home and imported (s)."""
        return np.asarray(self.x - self.Z_domestic.sum(axis=0) - self.Z_imported.sum(axis=0))

    @property
    def imports(self) -> float:
        """All that the country buys from other regions."""
        return float(self.Z_imported.sum() + self.Y_imported.sum())


@dataclass(frozen=True, eq=False)
class Template:
    """A technology in shares: s sectors, d categories of final use.

    value_added (s): value added over output.
    value_added_mix (s): sectors' shares of all value added, adding up to 1, for facts by broad sector only.
    inputs (s×s): home and imported inputs per unit of output; its columns and `value_added` add up to 1.
    imported_inputs, imported_final (s): imported share of each product in industry's and in final use.
    exported (s): exports over output. final_use (s×d): shares of all final use, adding up to 1.
    co2 (s): emissions per unit of output, of which only the proportions are used. co2_households: share of a
    country's emissions that households emit themselves.
    """

    name: str
    value_added: Array
    value_added_mix: Array
    inputs: Array
    imported_inputs: Array
    imported_final: Array
    exported: Array
    final_use: Array
    co2: Array
    co2_households: float

    def __post_init__(self) -> None:
        problems = [
            Problem(f"template '{self.name}'", f"{name} must lie between 0 and 1.")
            for name in _SHARES
            if np.any(getattr(self, name) < 0) or np.any(getattr(self, name) > 1)
        ]
        if (self.value_added <= 0).any():
            problems.append(Problem(f"template '{self.name}'", "value added must be positive in every sector."))
        if problems:
            raise InputError(problems)


@dataclass(frozen=True)
class Spread:
    """How far single countries stand from their template: standard deviations, measured over countries with tables.

    `value_added`, `inputs` and `co2` (per unit of output) of the logarithm, `inputs_common` of what all users of a
    product have in common of it, `final_use` of the logarithm of a product's share, `imported`, `exported` and
    `co2_households` of the log odds, `bilateral` of the logarithm of trade between two countries against its gravity
    value.
    """

    value_added: float
    inputs: float
    imported: float
    exported: float
    bilateral: float
    co2: float
    inputs_common: float = 0.0
    final_use: float = 0.0
    co2_households: float = 0.0

    def times(self, factor: float) -> Spread:
        """The same spread, wider by a factor."""
        return Spread(**{name: value * factor for name, value in asdict(self).items()})


def country_table(economy: Economy, region: str, *, co2: str = "co2") -> CountryTable:
    """One country's table out of a world table; small negative cells of final use (inventories) stay as they are."""
    s, d, r = len(economy.sectors), len(economy.demands), economy.region_position(region)
    R = len(economy.regions)
    rows = economy.rows_of(region)
    Z, Y = economy.Z.reshape(R, s, R, s), economy.Y.reshape(R, s, R, d)
    home_Z, home_Y = Z[r, :, r, :], Y[r, :, r, :]
    sales = economy.Z[rows].sum(axis=1) + economy.Y[rows].sum(axis=1)
    extension = economy.extensions.get(co2)
    return CountryTable(
        x=economy.x[rows],
        Z_domestic=home_Z,
        Z_imported=Z[:, :, r, :].sum(axis=0) - home_Z,
        Y_domestic=home_Y,
        Y_imported=Y[:, :, r, :].sum(axis=0) - home_Y,
        exports=sales - home_Z.sum(axis=1) - home_Y.sum(axis=1),
        co2=extension.F[rows] if extension else np.zeros(s),
        co2_households=float(extension.F_Y.reshape(R, d)[r].sum()) if extension else 0.0,
    )


def mean_template(name: str, tables: Sequence[CountryTable]) -> Template:
    """The unweighted mean of several countries' shares: each country counts as one technology.

    Raises InputError if no table is given, or a sector has no output in some country.
    """
    if not tables or any((table.x <= 0).any() for table in tables):
        raise InputError(
            Problem(f"template '{name}'", "needs countries with output in every sector.", "Leave the others out.")
        )

    def mean(values: Sequence[Array]) -> Array:
        return np.mean(np.stack(values), axis=0)

    def share(parts: Sequence[Array], wholes: Sequence[Array]) -> Array:
        """Mean of parts over mean of wholes, each relative to its country's value added."""
        sizes = [1 / table.value_added.sum() for table in tables]
        part = mean([np.maximum(p, 0) * size for p, size in zip(parts, sizes, strict=True)])
        whole = mean([np.maximum(w, 0) * size for w, size in zip(wholes, sizes, strict=True)])
        return np.minimum(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0), 1.0)

    final = mean([_final_use(t) / _final_use(t).sum() for t in tables])
    emitted = [float(t.co2.sum()) + t.co2_households for t in tables]
    return Template(
        name=name,
        value_added=mean([t.value_added / t.x for t in tables]),
        value_added_mix=mean([t.value_added / t.value_added.sum() for t in tables]),
        inputs=mean([(t.Z_domestic + t.Z_imported) / t.x for t in tables]),
        imported_inputs=share(
            [t.Z_imported.sum(axis=1) for t in tables], [(t.Z_imported + t.Z_domestic).sum(axis=1) for t in tables]
        ),
        imported_final=share(
            [t.Y_imported.sum(axis=1) for t in tables], [(t.Y_imported + t.Y_domestic).sum(axis=1) for t in tables]
        ),
        exported=np.clip(mean([t.exports / t.x for t in tables]), 0, 1),
        final_use=final,
        co2=mean([t.co2 / t.x for t in tables]),
        co2_households=float(
            np.mean([t.co2_households / e if e else 0.0 for t, e in zip(tables, emitted, strict=True)])
        ),
    )


def drawn(template: Template, spread: Spread, rng: np.random.Generator) -> Template:
    """A template that some other country of the group might have: shares shaken by the spread, still shares."""
    s = len(template.value_added)
    value_added = np.clip(template.value_added * rng.lognormal(0, spread.value_added, s), 0.05, 0.95)
    inputs = template.inputs * rng.lognormal(0, spread.inputs, (s, s)) * rng.lognormal(0, spread.inputs_common, (s, 1))
    final = template.final_use * rng.lognormal(0, spread.final_use, (s, 1))
    return replace(
        template,
        value_added=value_added,
        inputs=with_column_sums(inputs, 1 - value_added),
        imported_inputs=_shaken(template.imported_inputs, spread.imported, rng),
        imported_final=_shaken(template.imported_final, spread.imported, rng),
        exported=_shaken(template.exported, spread.exported, rng),
        final_use=final / final.sum(),
        co2=template.co2 * rng.lognormal(0, spread.co2, s),
        co2_households=float(_shaken(np.array(template.co2_households), spread.co2_households, rng)),
    )


def with_column_sums(inputs: Array, sums: Array) -> Array:
    """The same mix of inputs in each column, with the given column sums."""
    return np.asarray(inputs * (sums / inputs.sum(axis=0)))


def _final_use(table: CountryTable) -> Array:
    return np.maximum(table.Y_domestic + table.Y_imported, 0)


def _shaken(share: Array, spread: float, rng: np.random.Generator) -> Array:
    odds = log_odds(share) + rng.normal(0, spread, share.shape)
    return np.where((share > 0) & (share < 1), 1 / (1 + np.exp(-odds)), share)


def log_odds(share: Array, edge: float = 1e-2) -> Array:
    """ln(share / (1 − share)), no nearer than `edge` to none or all."""
    inside = np.clip(share, edge, 1 - edge)
    return np.asarray(np.log(inside / (1 - inside)))
