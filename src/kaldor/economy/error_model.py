"""How uncertain the cells of a table are: relative standard errors by size, declared as data.

No world table is published with standard errors. A model of them is an assumption and is shown with every band.
Sources: Lenzen, Wood & Wiedmann (2010), Economic Systems Research 22, for the power law; the declared figures name
their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kaldor.declared import tables_of, text_of, toml_of
from kaldor.errors import InputError, Problem, UnknownLabelError

Array = NDArray[np.float64]

_Share = Annotated[float, Field(ge=0, le=1)]


class CellErrors(BaseModel):
    """Relative standard error of a cell of size v in a table that adds up to T.

    at_reference · (v / (reference · T))^−exponent, kept between `smallest` and `largest`. `common` is the share of the
    (log) variance that all cells of one block have together: the trade between two countries, or the emissions of one
    country's industries.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_reference: Annotated[float, Field(ge=0, le=2)]
    reference: Annotated[float, Field(gt=0, le=1)] = 1.0
    exponent: Annotated[float, Field(ge=0, le=1)] = 0.0
    smallest: Annotated[float, Field(ge=0, le=2)] = 0.0
    largest: Annotated[float, Field(ge=0, le=2)] = 2.0
    common: _Share = 0.0

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


class ErrorModel(BaseModel):
    """The errors of flows (Z), of final demand (Y) and of extensions (F, F_Y), with their source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    source: str
    flows: CellErrors
    final_demand: CellErrors
    extensions: CellErrors


def error_model(name: str = "usual", *extra: Path, text: str | None = None) -> ErrorModel:
    """A declared error model by id, of the package or of a user's own TOML: files, or the text of one.

    Raises UnknownLabelError with the near match; InputError with every problem of the files.
    """
    texts = {str(path): text_of(path) for path in extra} | ({} if text is None else {"errors": text})
    known = {**_packaged(), **_read(texts)}
    if name not in known:
        raise UnknownLabelError("error model", name, known)
    return known[name]


@cache
def _packaged() -> Mapping[str, ErrorModel]:
    file = files("kaldor.economy") / "error_models.toml"
    return _read({file.name: file.read_text("utf-8")})


def _read(texts: Mapping[str, str]) -> dict[str, ErrorModel]:
    models: dict[str, ErrorModel] = {}
    problems: list[Problem] = []
    for name, text in texts.items():
        try:
            entries = tables_of(toml_of(text, name), "models", name)
        except InputError as error:
            problems += error.problems
            continue
        if not entries:
            problems.append(Problem(name, "holds no [[models]].", "Declare at least one."))
        for number, entry in enumerate(entries, start=1):
            try:
                model = ErrorModel.model_validate(entry)
            except ValidationError as error:
                place = f"{name}, model {entry.get('id', number)}"
                problems += [
                    Problem(f"{place}, {'.'.join(map(str, e['loc']))}", f"{e['msg']}.") for e in error.errors()
                ]
                continue
            models[model.id] = model
    if problems:
        raise InputError(problems)
    return models
