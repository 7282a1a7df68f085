"""Reads scenarios from TOML: one a file, or several as [[scenarios]] that share the file's blocs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from kaldor.atlas.blocs import Blocs
from kaldor.declared import DeclaredFile, checked, text_of, toml_as_written
from kaldor.twin.scenario import Scenario


class _Scenarios(DeclaredFile):
    """Several scenarios; `blocs` are those of all of them."""

    blocs: Blocs = Field(default_factory=dict)
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1)]


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file, in its order.

    The file is one scenario (id, title, closure, blocs, [[levers]]), or holds `[[scenarios]]`, each such a one, and
    optionally `[blocs]` for all of them. What levers exist and what an economy holds is checked when a scenario is run.
    Raises InputError with every problem: unreadable, bad syntax, unknown or missing keys, an id twice.
    """
    return parse_scenarios(text_of(path), str(path))


def parse_scenarios(text: str, file: str) -> tuple[Scenario, ...]:
    """Scenarios from the text of a file; `file` is the name that messages give. Raises InputError."""
    written = toml_as_written(text, file)
    if "scenarios" not in written:
        return (scenario_of(written, file),)
    several = checked(_Scenarios, written, file)
    return tuple(one.model_copy(update={"blocs": {**several.blocs, **one.blocs}}) for one in several.scenarios)


def scenario_of(written: Mapping[str, Any], where: str) -> Scenario:
    """The one scenario that a table declares; messages name it `where`. Raises InputError with every problem."""
    return checked(Scenario, written, where)
