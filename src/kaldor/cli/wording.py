"""Options in the words of this house: what they take, and what is wrong with what was typed."""

from __future__ import annotations

from typing import Any, Final

import typer
from typer.core import TyperOption

NUMBER: Final = "NUMBER"
WHOLE: Final = "WHOLE NUMBER"
TEXT: Final = "TEXT"

_TAKEN: Final = {"int": WHOLE, "float": NUMBER, "str": TEXT, "Path": "PATH", "bool": ""}


def worded(command: Any) -> Any:
    """A command, or a group with all of its own, each option with what it takes in words; None stays None."""
    for option in getattr(command, "params", ()):
        if isinstance(option, TyperOption) and option.metavar is None:
            option.metavar = _TAKEN.get(option.bare_type().removeprefix("list[").removesuffix("]"))
    for inner in getattr(command, "commands", {}).values():
        worded(inner)
    return command


def plainly(error: typer.BadParameter) -> typer.BadParameter:
    """The same refusal of an option, where a library found the fault, in the words of `kaldor.declared`."""
    find = getattr(error.__cause__, "errors", None)
    if find is not None:
        from kaldor.declared import said

        fault = find()[0]
        error.message = f"{said(fault).removesuffix('.')}; found '{fault['input']}'."
    return error
