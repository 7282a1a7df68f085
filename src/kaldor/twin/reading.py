"""Reads scenarios from TOML: one a file, or several as [[scenarios]] that share the file's blocs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from kaldor.declared import text_of, toml_of
from kaldor.errors import InputError, Problem
from kaldor.twin.scenario import LeverSetting, Scenario


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of a file, in its order.

    The file is one scenario (id, title, closure, blocs, [[levers]]), or holds `[[scenarios]]`, each such a one, and
    optionally `[blocs]` for all of them. What levers exist and what an economy holds is checked when a scenario is run.
    Raises InputError with every problem: unreadable, bad syntax, unknown or missing keys, an id twice.
    """
    return parse_scenarios(text_of(path), path.name)


def parse_scenarios(text: str, file: str) -> tuple[Scenario, ...]:
    """Scenarios from the text of a file; `file` is the name that messages give. Raises InputError."""
    written = toml_of(text, file)
    several = "scenarios" in written
    entries = written.get("scenarios") if several else [written]
    problems: list[Problem] = []
    if several:
        problems += [
            Problem(f"{file}, {key}", "unknown key beside [[scenarios]].", "Only [blocs] may stand there.")
            for key in sorted(set(written) - {"scenarios", "blocs"})
        ]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise InputError([*problems, Problem(f"{file}, scenarios", "is no list of tables.", "Write [[scenarios]].")])
    shared = written.get("blocs", {}) if several else {}
    found: list[Scenario] = []
    for number, entry in enumerate(entries, start=1):
        place = f"{file}, scenario {entry.get('id', number)}" if several else file
        try:
            found.append(Scenario.model_validate(_with_blocs(entry, shared)))
        except ValidationError as error:
            problems += [_problem(place, fault) for fault in error.errors()]
    ids = [scenario.id for scenario in found]
    problems += [
        Problem(f"{file}, scenario {id}", "the id stands twice.", "Ids must be unique.")
        for id in sorted({id for id in ids if ids.count(id) > 1})
    ]
    if problems:
        raise InputError(problems)
    return tuple(found)


def _with_blocs(entry: Mapping[str, Any], shared: Any) -> dict[str, Any]:
    own = entry.get("blocs", {})
    if isinstance(own, dict) and isinstance(shared, dict) and shared:
        return {**entry, "blocs": {**shared, **own}}
    return {**entry, "blocs": shared} if shared else dict(entry)


def _problem(place: str, fault: Any) -> Problem:
    where = f"{place}, {_path(fault['loc'])}"
    model: type[BaseModel] = LeverSetting if fault["loc"][0] == "levers" else Scenario
    if fault["type"] == "extra_forbidden":
        return Problem(where, "unknown key.", _near(str(fault["loc"][-1]), model.model_fields))
    if fault["type"] == "missing":
        return Problem(where, "is missing.", f"Every {'lever' if model is LeverSetting else 'scenario'} needs it.")
    return Problem(where, f"{fault['msg']}; found {fault['input']!r}.")


def _path(loc: Iterable[str | int]) -> str:
    """levers, 0, strength as people count: "lever 1, strength"."""
    parts = list(loc)
    if parts[0] == "levers" and len(parts) > 1 and isinstance(parts[1], int):
        return ", ".join([f"lever {parts[1] + 1}", *map(str, parts[2:])])
    return ", ".join(map(str, parts))


def _near(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(name, names, n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(names)}."
