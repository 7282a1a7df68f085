"""Where something stands in a declaration, in words: "own.toml, levers 'my-lever', parameter.low"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

NAMES: Final = ("id", "name", "label", "code", "of")
"""The keys by which people know an entry of a list, the first that it has."""

Loc = Sequence[str | int]
"""Keys and positions (from 0) from the top of a declaration down to a value."""


def place_of(where: str, written: Any, loc: Loc) -> str:
    """The place `loc` of what is `written` in the file `where`: entries by their name, or else counted from 1."""
    steps: list[str] = [where]
    beside = False  # whether the last step is a key of the table in which the next one stands
    for part in loc:
        written = _within(written, part)
        if isinstance(part, int):
            steps[-1] += f" {_name(written) or part + 1}"
        elif beside:
            steps[-1] += f".{part}"
        else:
            steps.append(str(part))
        beside = isinstance(part, str)
    return ", ".join(steps)


def _within(written: Any, part: str | int) -> Any:
    if isinstance(written, dict):
        return written.get(part)
    inside = isinstance(written, list | tuple) and isinstance(part, int) and part < len(written)
    return written[part] if inside else None


def _name(entry: Any) -> str:
    if not isinstance(entry, dict):
        return ""
    named = next((entry[key] for key in NAMES if key in entry), None)
    return f"'{named}'" if isinstance(named, str) and len(named) <= 80 else ""
