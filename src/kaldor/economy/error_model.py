"""How uncertain the figures of a table are: relative standard errors of cells, blocks and totals, declared as data.

No world table is published with standard errors. A model of them is an assumption and is shown with every band.
Sources: Lenzen, Wood & Wiedmann (2010), Economic Systems Research 22, for the power law; the declared figures name
their own.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from kaldor.declared import Declared, DeclaredFile, parse, read, read_packaged, together
from kaldor.errors import UnknownLabelError

Array = NDArray[np.float64]

USUAL = "usual"
"""The declared model that is meant where none is named."""

_Share = Annotated[float, Field(ge=0, le=1)]


class CellErrors(Declared):
    """Relative standard error of a cell of size v in a table that adds up to T, and of what cells have in common.

    A cell's own: at_reference · (v / (reference · T))^−exponent, kept between `smallest` and `largest`; of its (log)
    variance the share `common` is that of all cells of its block together. `block` is a further error of the whole
    block, whatever the sizes of its cells: the trade between two countries, or the emissions of one country. `total` is
    the error of a country's published totals, to which drawn cells are brought back: its exports and imports (said with
    the flows), its final use, its emissions. Without one, a total is as uncertain as what it is the sum of.
    """

    at_reference: Annotated[float, Field(ge=0, le=2)]
    reference: Annotated[float, Field(gt=0, le=1)] = 1.0
    exponent: Annotated[float, Field(ge=0, le=1)] = 0.0
    smallest: Annotated[float, Field(ge=0, le=2)] = 0.0
    largest: Annotated[float, Field(ge=0, le=2)] = 2.0
    common: _Share = 0.0
    block: Annotated[float, Field(ge=0, le=2)] = 0.0
    total: Annotated[float, Field(ge=0, le=2)] | None = None

    @model_validator(mode="after")
    def _ordered(self) -> CellErrors:
        if self.smallest > self.largest:
            raise ValueError(f"smallest ({self.smallest:g}) is above largest ({self.largest:g})")
        return self

    def relative(self, values: Array, total: float) -> Array:
        """Relative standard errors of `values` (any shape, in the unit of `total`); a zero cell has none."""
        size = np.abs(values) / (self.reference * total) if total > 0 else np.zeros_like(values)
        there = size > 0
        power = np.power(size, -self.exponent, out=np.zeros_like(size), where=there)
        return np.where(there, np.clip(self.at_reference * power, self.smallest, self.largest), 0.0)


class ErrorModel(Declared):
    """The errors of flows (Z), of final demand (Y) and of extensions (F, F_Y), with their source."""

    id: str
    title: str
    source: str
    flows: CellErrors
    final_demand: CellErrors
    extensions: CellErrors


class _Models(DeclaredFile):
    models: Annotated[tuple[ErrorModel, ...], Field(min_length=1)]


def error_model(name: str = USUAL, *extra: Path, text: str | None = None) -> ErrorModel:
    """A declared error model by id, of the package or of a user's own TOML: files, or the text of one.

    Raises UnknownLabelError with the near match; InputError with every problem of the files.
    """
    own = together(partial(read, _Models), extra) + ([] if text is None else [parse(_Models, text, "errors")])
    known = {model.id: model for models in (_packaged(), *own) for model in models.models}
    if name not in known:
        raise UnknownLabelError("error model", name, known)
    return known[name]


@cache
def _packaged() -> _Models:
    return read_packaged(_Models, "kaldor.economy", "error_models.toml")
