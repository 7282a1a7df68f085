"""Supply and use tables that dataset.toml declares, turned into a symmetric table by a model of Eurostat's manual.

The section [supply_use] says where both tables stand, by products down and industries across, and by which model:

    unit = "million kuna"

    [supply_use]
    region = "HRV"
    year = 2010
    model = "D"                          # A, B: products × products; C, D: industries × industries
    products = ["CPA_A01", "CPA_B"]
    industries = ["A01", "B"]
    imports = "P7"                       # column of the supply table, where uses hold imports
    blanks = "zero"                      # where cells of zero are left empty, in both or (below) in one of the tables

    [supply_use.supply]                  # a CSV, or a range of a workbook (kaldor.atlas.readers.labelled_sheet)
    file = "sut.xlsx"
    sheet = "Supply"
    range = "A5:D20"

    [supply_use.use]
    file = "sut.xlsx"
    sheet = "Use"
    range = "A5:H20"

    [supply_use.final_demand]            # columns of the use table, with the role of each
    P3_S14 = "households"

    [[supply_use.extensions]]            # rows of the use table that become extensions
    row = "B1G"
    id = "gva"
    name = "Value added at basic prices"
    unit = "million kuna"

Both tables are at basic prices. With V supply (products × industries), U uses, q and g the outputs of products and
industries, the models are T = V⁻¹ q̂ (A, product technology), ĝ⁻¹ Vᵀ (B, industry technology), ĝ V⁻¹ (C, fixed industry
sales) and Vᵀ q̂⁻¹ (D, fixed product sales). Flows are U T under A and B, T U under C and D; A and C can leave flows
below zero, which are kept and said.

Source: Eurostat Manual of Supply, Use and Input-Output Tables (2008), chapter 11, models A to D.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.labelled_sheet import ExtensionRow, LabelledSheet, Where
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.national_table import DESCRIPTION, declared_section, declares
from kaldor.atlas.readers.sums import far_from_output
from kaldor.atlas.readers.symmetric import Symmetric, symmetric
from kaldor.atlas.regions import canonical_code, is_known
from kaldor.atlas.roles import IMPORTS
from kaldor.bounds import YEAR
from kaldor.declared import Declared
from kaldor.errors import InputError, Problem

VERSION = 1
SECTION = "supply_use"
_IMPORTS = "imports"


class SupplyUse(Declared):
    """What the rows and columns of a supply table and a use table are, and how they become one table."""

    region: str
    year: Annotated[int, YEAR]
    model: Literal["A", "B", "C", "D"]
    products: tuple[str, ...]
    industries: tuple[str, ...]
    names: str = ""
    imports: str = ""
    blanks: Literal["", "zero"] = ""
    supply: Where
    use: Where
    final_demand: Mapping[str, str]
    extensions: tuple[ExtensionRow, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> SupplyUse:
        for labels in (self.products, (*self.industries, *self.final_demand), tuple(e.id for e in self.extensions)):
            if twice := [label for label, count in Counter(labels).items() if count > 1]:
                raise ValueError(f"{', '.join(twice)} is named twice")
        if not (self.products and self.industries and self.final_demand):
            raise ValueError("products, industries and a column of final demand must be named")
        if self.model in "AC" and len(self.products) != len(self.industries):
            counts = f"{len(self.products)} products and {len(self.industries)} industries"
            raise ValueError(
                f"model {self.model} needs as many products as industries; there are {counts}: take B or D"
            )
        if self.imports and _IMPORTS in self.final_demand:
            raise ValueError(f"'{_IMPORTS}' is a column of final demand and a column of the supply table")
        if not is_known(self.region):
            raise ValueError(f"'{self.region}' is no ISO 3166 code of three letters")
        return self


def read_supply_use(download: Download, _: Classification | None = None) -> EconomyContents:
    """Read supply and use tables and turn them into one of industries or of products: one region, one year.

    Raises InputError with every problem of the declaration, of the cells it names, and of what does not balance.
    """
    declared = declared_section(download, SECTION, SupplyUse)
    places = (at.model_copy(update={"blanks": at.blanks or declared.blanks}) for at in (declared.supply, declared.use))
    supply, use = (LabelledSheet(download, at) for at in places)
    problems: list[Problem] = []
    V = supply.noted_block(declared.products, declared.industries, problems)
    U = use.noted_block(declared.products, declared.industries, problems)
    Y = use.noted_block(declared.products, tuple(declared.final_demand), problems)
    W = use.noted_block([row.row for row in declared.extensions], declared.industries, problems)
    W_Y = np.zeros((len(W), Y.shape[1]))
    if declared.imports:
        bought = supply.noted_block(declared.products, [declared.imports], problems)
        Y, W_Y = np.hstack([Y, -bought]), np.hstack([W_Y, np.zeros((len(W), 1))])
    if not problems:
        problems = _unbalanced(use.where, declared.products, V.sum(axis=1), U.sum(axis=1) + Y.sum(axis=1))
    if problems:
        raise InputError(problems)
    made = symmetric(declared.model, V, U, Y, W, supply.where)
    by_product = declared.model in "AB"
    codes = declared.products if by_product else declared.industries
    names = use.names(codes, declared.names) if by_product else codes
    demands = (*declared.final_demand, *((_IMPORTS,) if declared.imports else ()))
    roles = (*declared.final_demand.values(), *((IMPORTS,) if declared.imports else ()))
    arrays = YearArrays(made.Z, made.Y, made.x, made.F if len(W) else None, W_Y if len(W) else None)
    return EconomyContents(
        regions={"region": (canonical_code(declared.region),), "label": (declared.region,)},
        sectors={"code": codes, "name": names},
        final_demand={"code": demands, "name": demands, "role": roles},
        extensions=tuple(
            ExtensionEntry(id=e.id, name=e.name, unit=e.unit, status=e.status) for e in declared.extensions
        ),
        years=(declared.year,),
        load=lambda _: arrays,
        files=download.origin(dict.fromkeys([DESCRIPTION, declared.supply.file, declared.use.file])),
        notes=(
            *_notes(declared, made, codes),
            "A national table: what imports cause abroad is not in it.",
            *supply.notes(),
            *use.notes(),
        ),
        negative_flows=declared.model in "AC",
    )


def _unbalanced(
    where: str, products: Sequence[str], made: NDArray[np.float64], used: NDArray[np.float64]
) -> list[Problem]:
    """Products whose supply is far from their uses: prices differ, or imports stand on one side only."""
    remedy = "Give both tables at basic prices, and name the column of imports where uses hold them."
    return [
        Problem(f"{where}, row '{product}'", f"{supplied:,.1f} is made at home, {uses:,.1f} used of it.", remedy)
        for product, supplied, uses in far_from_output(products, made, used, rounded=True)
    ]


_ASSUMES = {
    "A": "each product is made in one way, whoever makes it (product technology)",
    "B": "each industry makes all its products in one way (industry technology)",
    "C": "each industry sells all its products alike (fixed industry sales)",
    "D": "each product is sold alike, whoever makes it (fixed product sales)",
}


def _notes(declared: SupplyUse, made: Symmetric, codes: Sequence[str]) -> tuple[str, ...]:
    """By which model the table was made, and what it left below zero that was not so in the use table."""
    said = f"Made of supply and use tables by Eurostat's model {declared.model}: {_ASSUMES[declared.model]}."
    below = np.argwhere(made.Z < 0)
    if not len(below):
        return (said,)
    i, j = np.unravel_index(int(made.Z.argmin()), made.Z.shape)
    share = -made.Z[made.Z < 0].sum() / np.abs(made.Z).sum()
    return (
        said,
        f"{len(below):,} flows are below zero, {share:.2%} of all flows by size; the largest is {codes[int(i)]} to "
        f"{codes[int(j)]}, {made.Z.min():,.4g}. They are kept.",
    )


def _sees(download: Download) -> Seen | None:
    return Seen(f"supply and use tables that {DESCRIPTION} declares") if declares(download, SECTION) else None


LAYOUT = Layout("supply_use", "economy", VERSION, _sees, read_supply_use, order=11)
