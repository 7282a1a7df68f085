"""Sectors split by typed values, as a file declares them: steel out of metals, before any lever or path.

    [[splits]]
    region = "DEU"
    sector = "metals"
    parts = [{ label = "steel", output_share = 0.12, amounts = { co2 = 55000 } }, { label = "rest" }]

Keys of inputs and customers are sector codes or "REGION/code"; the last part is the rest. See `kaldor.economy.split`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field

from kaldor.bounds import AMOUNT, SHARE
from kaldor.declared import Declared, DeclaredFile, read
from kaldor.economy.economy import Economy
from kaldor.economy.split import SplitPart, split_sector


class TypedPart(Declared):
    """One part of a sector; fields as in `kaldor.economy.split.SplitPart`, whose units they have."""

    key: ClassVar[str] = "label"

    label: str
    name: str = ""
    output: Annotated[float, AMOUNT] | None = None
    output_share: Annotated[float, SHARE] | None = None
    inputs: dict[str, Annotated[float, AMOUNT]] = Field(default_factory=dict)
    customers: dict[str, Annotated[float, SHARE]] = Field(default_factory=dict)
    intensities: dict[str, Annotated[float, AMOUNT]] = Field(default_factory=dict)
    amounts: dict[str, Annotated[float, AMOUNT]] = Field(default_factory=dict)

    def as_part(self) -> SplitPart:
        """The part as `split_sector` takes it."""
        return SplitPart(**{**self.model_dump(), "inputs": _keys(self.inputs), "customers": _keys(self.customers)})


class Split(Declared):
    """A sector of a region and its parts."""

    region: str
    sector: str
    source: str = ""
    parts: tuple[TypedPart, ...]


class _File(DeclaredFile):
    splits: tuple[Split, ...]


def read_splits(path: Path) -> tuple[Split, ...]:
    """The [[splits]] of a TOML file. Raises InputError with every problem of the file."""
    return read(_File, path).splits


def with_splits(economy: Economy, splits: Sequence[Split]) -> Economy:
    """The economy with all splits made, in their order. Raises what `kaldor.economy.split.split_sector` does."""
    for split in splits:
        economy = split_sector(economy, split.region, split.sector, [part.as_part() for part in split.parts])
    return economy


def _keys(values: Mapping[str, float]) -> dict[Any, float]:
    return {tuple(key.split("/", 1)) if "/" in key else key: value for key, value in values.items()}
