"""Reads the declared levers of the package and a user's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from kaldor.declared import tables_of, text_of, toml_of
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.twin.lever import Lever


@cache
def packaged_levers() -> Mapping[str, Lever]:
    """The levers that Kaldor declares, by id."""
    folder = files("kaldor.twin") / "levers"
    texts = {entry.name: entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")}
    return _read(dict(sorted(texts.items())))


def load_levers(*extra: Path) -> Mapping[str, Lever]:
    """The packaged levers and those of a user's own TOML files, by id.

    Raises InputError with all problems of all files: bad syntax, unknown keys, bounds out of order, an id twice.
    """
    own = _read({str(path): text_of(path) for path in extra})
    doubled = sorted(set(own) & set(packaged_levers()))
    if doubled:
        raise InputError(
            [Problem("levers", f"the id '{name}' is taken by a packaged lever.", "Use another id.") for name in doubled]
        )
    return {**packaged_levers(), **own}


def lever_of(levers: Mapping[str, Lever], id: str) -> Lever:
    """A lever by id. Raises UnknownLabelError with the near match."""
    if id not in levers:
        raise UnknownLabelError("lever", id, levers, remedy="See: kaldor twin levers")
    return levers[id]


def _read(texts: Mapping[str, str]) -> dict[str, Lever]:
    levers: dict[str, Lever] = {}
    problems: list[Problem] = []
    for name, text in texts.items():
        try:
            entries = tables_of(toml_of(text, name), "levers", name)
        except InputError as error:
            problems += error.problems
            continue
        for number, entry in enumerate(entries, start=1):
            place = f"{name}: lever {entry.get('id', number)}"
            try:
                lever = Lever.model_validate(entry)
            except ValidationError as error:
                problems += [
                    Problem(place, f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}.") for e in error.errors()
                ]
                continue
            if lever.id in levers:
                problems.append(Problem(place, f"the id '{lever.id}' stands twice.", "Ids must be unique."))
            levers[lever.id] = lever
    if problems:
        raise InputError(problems)
    return levers
