"""What an analyst types about one part of a sector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Label = str | tuple[str, str]
"""A sector or demand code (in every region), or (region, code)."""


@dataclass(frozen=True)
class SplitPart:
    """One part of a sector in one region, with all that is typed about it; the last part of a split is the rest.

    - `label`, `name`: the part of c12 with the label "steel" becomes the sector "c12.steel".
    - `output`: in the table's unit; or `output_share`, as a share of the parent's output.
    - `inputs`: product → amount bought per unit of the part's output. The product is a sector code (all origins in the
      parent's proportions) or (region, code). The parent's own code is the use of all parts together, a part's label
      ("c12.steel") the use of that part out of it.
    - `customers`: user → share of the part's sales (0–1). The user is a sector, part or demand code (of all regions in
      the parent's proportions) or (region, code). What is not typed is sold as the parent sells.
    - `intensities`: extension → amount per unit of the part's output, in the extension's unit per unit of the table.
    - `amounts`: extension → the part's whole amount, in the extension's unit.
    """

    label: str
    name: str = ""
    output: float | None = None
    output_share: float | None = None
    inputs: Mapping[Label, float] = field(default_factory=dict)
    customers: Mapping[Label, float] = field(default_factory=dict)
    intensities: Mapping[str, float] = field(default_factory=dict)
    amounts: Mapping[str, float] = field(default_factory=dict)

    @property
    def typed(self) -> tuple[str, ...]:
        """What is typed about the part apart from its output: "input c17", "customer DEU/c15", "co2"."""
        return (
            *(f"input {key_text(key)}" for key in self.inputs),
            *(f"customer {key_text(key)}" for key in self.customers),
            *self.intensities,
            *self.amounts,
        )


def output_of(part: SplitPart, parent: float) -> float:
    """Output of a part, in the table's unit, where its parent's is `parent`; 0 where none is typed."""
    return part.output if part.output is not None else (part.output_share or 0.0) * parent


def key_text(key: Label) -> str:
    """A typed label as messages call it: "c17", "DEU/c17"."""
    return key if isinstance(key, str) else "/".join(key)
