"""Import dependence seen twice: at face value, and through the whole chain of suppliers.

Face value counts what a country's industries buy abroad themselves. Looking through counts all foreign output that
stands behind what they buy, also behind their domestic suppliers and their suppliers' suppliers. The difference is
hidden dependence.
Source of the idea: Baldwin, Freeman & Theodorakopoulos (2023), Brookings Papers on Economic Activity (Fall).
Known limits: look-through amounts are gross output and pass a border as often as the chain does, so only shares are
compared; a table's sector is coarser than a product; who could replace a supplier is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kaldor.digits import largest_first
from kaldor.economy.chains import block_rows, direct_inputs, upstream_output
from kaldor.economy.economy import Economy
from kaldor.economy.labelled import SHARE, Shown, Table, labelled, relabelled

MEASURES = ["face_value", "look_through"]


@dataclass(frozen=True, eq=False, repr=False)
class ImportDependence(Shown):
    """Inputs of a block of industries by supplier country and product.

    `inputs` has one row for each (supplier region, product) outside the block, also domestic ones, with the columns
    face_value and look_through in `unit`, the table's currency. All other tables are of shares, from 0 to 1.
    """

    region: str
    sectors: tuple[str, ...]
    inputs: pd.DataFrame
    unit: str

    def in_a_line(self) -> str:
        """How much comes from abroad, by both measures."""
        face, through = self.foreign_share()
        return (
            f"{self.region}: {face:.1%} of the inputs of {len(self.sectors)} industries come from abroad, "
            f"{through:.1%} looked through"
        )

    def main_table(self) -> pd.DataFrame:
        """The foreign inputs by product."""
        return self.by_product()

    @property
    def foreign(self) -> pd.DataFrame:
        """The rows of `inputs` with suppliers abroad."""
        return self.inputs[self.inputs.index.get_level_values("supplier") != self.region]

    def foreign_share(self) -> pd.Series:
        """Share of all inputs from outside the block that comes from abroad, by each measure (0–1)."""
        return _shares(self.foreign.sum() / self.inputs.sum(), self.inputs)

    def by_supplier(self) -> pd.DataFrame:
        """Share of each foreign region in all inputs by each measure, largest look-through first; hidden is the gap."""
        shares = self.foreign.groupby("supplier", sort=False).sum() / self.inputs.sum()
        return _shares(_with_hidden(shares), self.inputs)

    def by_product(self) -> pd.DataFrame:
        """Share of each product bought abroad in all inputs, largest look-through first.

        `suppliers_hhi` is the Herfindahl–Hirschman index (0–1) of the foreign regions behind it, by look-through.
        """
        shares = self.foreign.groupby("product", sort=False).sum() / self.inputs.sum()
        frame = _with_hidden(shares)
        parts = self.foreign["look_through"]
        within = parts / parts.groupby("product", sort=False).transform("sum")
        frame["suppliers_hhi"] = (within**2).groupby("product", sort=False).sum().reindex(frame.index)
        units = dict.fromkeys(frame.columns, SHARE) | {"suppliers_hhi": "index (0 to 1)"}
        return relabelled(frame, units, like=self.inputs)

    def suppliers_of(self, product: str, most: int = 3) -> pd.Series:
        """The largest foreign regions behind one product: share of its foreign look-through amount (0–1)."""
        parts = self.foreign["look_through"].xs(product, level="product")
        return _shares((parts / parts.sum()).iloc[largest_first(parts.to_numpy())[:most]], self.inputs)


def import_dependence(economy: Economy, region: str, sectors: Sequence[str] | None = None) -> ImportDependence:
    """On whom some industries of a region depend abroad, at face value and through all tiers.

    `sectors` defaults to the table's group "manufacturing", asked as one block B with its internal chains netted:
    face value Z_OB 1, look-through L_OB L_BB⁻¹ x_B = (I − A_OO)⁻¹ Z_OB 1 over all industries O outside the block.
    Raises UnknownLabelError; UnproductiveEconomyError.
    """
    chosen = tuple(sectors) if sectors is not None else economy.group("manufacturing")
    block = block_rows(economy, region, chosen)
    frame = pd.DataFrame(
        {"face_value": direct_inputs(economy, block), "look_through": upstream_output(economy, block)},
        index=economy.index.set_names(["supplier", "product"]),
    )
    outside = np.ones(economy.n, dtype=bool)
    outside[block] = False
    return ImportDependence(region, chosen, labelled(frame[outside], economy, economy.unit), economy.unit)


def _shares(found: Table, inputs: pd.DataFrame) -> Table:
    """Shares of the inputs: no longer in their unit, of the same year and status."""
    return relabelled(found, SHARE, like=inputs)


def _with_hidden(shares: pd.DataFrame) -> pd.DataFrame:
    frame = shares.iloc[largest_first(shares["look_through"].to_numpy())].copy()
    frame["hidden"] = frame["look_through"] - frame["face_value"]
    return frame
