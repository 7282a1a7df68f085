"""A shock and an event of the library are two kinds of files: whoever has the one in hand is led to its command."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from kaldor.declared.text import text_of
from kaldor.declared.toml import toml_as_written
from kaldor.errors import InputError, Problem, printable

_TELLING = {"shock": "events", "events": "published"}
"""The key that only one of the two kinds has, by the command that reads it."""
_OTHER = {
    "shock": ("is an event beside what was published of it, no shock.", "events"),
    "events": ("is a shock, no event beside what was published of it.", "shock"),
}


def refuse_the_other(files: Sequence[Path], command: Literal["shock", "events"]) -> None:
    """Raise InputError for each file that the other command reads, with that command; no other fault is looked for."""
    what, other = _OTHER[command]
    problems = [
        Problem(printable(str(file)), what, f"Run it with: kaldor twin {other} {printable(str(file))} --on DATASET.")
        for file in files
        if _TELLING[other] in (keys := _keys(file)) and _TELLING[command] not in keys
    ]
    if problems:
        raise InputError(problems)


def _keys(file: Path) -> set[str]:
    try:
        return {*toml_as_written(text_of(file), str(file))}
    except InputError:  # whoever reads the file says so
        return set()
