"""Import dependence seen twice: at face value, and through the whole chain of suppliers.

Face value counts what a country's industries buy abroad themselves. Looking through asks who stands behind what they
buy, also behind their domestic suppliers and their suppliers' suppliers: by the value added of each, which is counted
once, or by gross output, which is counted at every step of a chain. The first less face value is hidden dependence.
Source of the idea: Baldwin, Freeman & Theodorakopoulos (2023), Brookings Papers on Economic Activity (Fall).
Known limits: gross output counts chains twice, so that long chains abroad weigh more than what they add; a table's
sector is coarser than a product; who could replace a supplier is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kaldor.digits import largest_first
from kaldor.economy.chains import block_rows, direct_inputs, upstream_output
from kaldor.economy.economy import Economy
from kaldor.economy.labelled import SHARE, Shown, Table, labelled, relabelled

FACE_VALUE, VALUE_ADDED, GROSS = "face_value", "value_added", "look_through"
MEASURES: Mapping[str, str] = {
    FACE_VALUE: "Face value",
    VALUE_ADDED: "Looked through, in value added",
    GROSS: "Looked through, in gross output (counts chains twice)",
}
"""What inputs are counted by, in words."""
_FEW = 5  # industries named in a sentence


@dataclass(frozen=True, eq=False, repr=False)
class ImportDependence(Shown):
    """Inputs of a block of industries by supplier country and product.

    `inputs` has one row for each (supplier region, product) outside the block, also domestic ones, with the columns of
    `MEASURES` in `unit`, the table's currency: face_value, value_added (that of the row's industry) and look_through
    (its gross output, which counts chains twice). All other tables are of shares, from 0 to 1.
    """

    region: str
    sectors: tuple[str, ...]
    inputs: pd.DataFrame
    unit: str

    def in_a_line(self) -> str:
        """How much comes from abroad, by each measure; where there are no inputs, that."""
        if why := self.without_inputs:
            return why
        share = self.foreign_share()
        return (
            f"{self.region}: {share[FACE_VALUE]:.1%} of the inputs of {len(self.sectors)} industries come from abroad, "
            f"{share[VALUE_ADDED]:.1%} of the value added behind them, looked through (in gross output, which counts "
            f"chains twice, {share[GROSS]:.1%})"
        )

    def main_table(self) -> pd.DataFrame:
        """The foreign inputs by product."""
        return self.by_product()

    @property
    def without_inputs(self) -> str:
        """Why no share of the inputs can be said, a sentence without its stop; empty where all can."""
        named = ", ".join(self.sectors[:_FEW]) + (" …" if len(self.sectors) > _FEW else "")
        absent = [measure for measure, total in self.inputs.sum().items() if not total]
        if FACE_VALUE in absent:
            return f"{self.region}: these industries buy nothing from outside themselves ({named})"
        return f"{self.region}: nothing stands behind the inputs of these industries ({named})" if absent else ""

    @property
    def foreign(self) -> pd.DataFrame:
        """The rows of `inputs` with suppliers abroad."""
        return self.inputs[self.inputs.index.get_level_values("supplier") != self.region]

    def foreign_share(self) -> pd.Series:
        """Share of all inputs from outside the block that comes from abroad, by each measure (0–1)."""
        return _shares(self.foreign.sum() / self.inputs.sum(), self.inputs)

    def by_supplier(self) -> pd.DataFrame:
        """Share of each foreign region in all inputs by each measure, most value added first.

        `hidden` is the share of value added less the one at face value.
        """
        shares = self.foreign.groupby("supplier", sort=False).sum() / self.inputs.sum()
        return _shares(_with_hidden(shares), self.inputs)

    def by_product(self) -> pd.DataFrame:
        """Share of each product bought abroad in all inputs, most value added first; `hidden` as by supplier.

        `suppliers_hhi` is the Herfindahl–Hirschman index (0–1) of the foreign regions behind it, by gross output.
        """
        shares = self.foreign.groupby("product", sort=False).sum() / self.inputs.sum()
        frame = _with_hidden(shares)
        parts = self.foreign[GROSS]
        within = parts / parts.groupby("product", sort=False).transform("sum")
        frame["suppliers_hhi"] = (within**2).groupby("product", sort=False).sum().reindex(frame.index)
        units = dict.fromkeys(frame.columns, SHARE) | {"suppliers_hhi": "index (0 to 1)"}
        return relabelled(frame, units, like=self.inputs)

    def suppliers_of(self, product: str, most: int = 3) -> pd.Series:
        """The largest foreign regions behind one product: share of the value added abroad that it stands for (0–1)."""
        parts = self.foreign[VALUE_ADDED].xs(product, level="product")
        return _shares((parts / parts.sum()).iloc[largest_first(parts.to_numpy())[:most]], self.inputs)


def import_dependence(economy: Economy, region: str, sectors: Sequence[str] | None = None) -> ImportDependence:
    """On whom some industries of a region depend abroad, at face value and through all tiers.

    `sectors` defaults to the table's group "manufacturing", asked as one block B with its internal chains netted:
    face value Z_OB 1, gross output x' = L_OB L_BB⁻¹ x_B = (I − A_OO)⁻¹ Z_OB 1 and value added v_O x' over all
    industries O outside the block; what the block itself adds by supplying its suppliers is in none of them.
    Raises UnknownLabelError; UnproductiveEconomyError.
    """
    chosen = tuple(sectors) if sectors is not None else economy.group("manufacturing")
    block = block_rows(economy, region, chosen)
    output = upstream_output(economy, block)
    added = economy.value_added * economy.per_output * output
    frame = pd.DataFrame(
        {FACE_VALUE: direct_inputs(economy, block), VALUE_ADDED: added, GROSS: output},
        index=economy.index.set_names(["supplier", "product"]),
    )
    outside = np.ones(economy.n, dtype=bool)
    outside[block] = False
    return ImportDependence(region, chosen, labelled(frame[outside], economy, economy.unit), economy.unit)


def _shares(found: Table, inputs: pd.DataFrame) -> Table:
    """Shares of the inputs: no longer in their unit, of the same year and status."""
    return relabelled(found, SHARE, like=inputs)


def _with_hidden(shares: pd.DataFrame) -> pd.DataFrame:
    frame = shares.iloc[largest_first(shares[VALUE_ADDED].to_numpy())].copy()
    frame["hidden"] = frame[VALUE_ADDED] - frame[FACE_VALUE]
    return frame
