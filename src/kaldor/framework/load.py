"""Reads the framework from its TOML files, the package's own and the user's, by the same rules.

A file holds any of the tables of `FrameworkFile`, each a list of entries ([[priorities]], [[cases]] …). Files add to
each other; none overrides another. All problems of all files are reported together, each with file and id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from kaldor.declared import DeclaredFile, decoded, holding, near, text_of, toml_as_written, toml_in
from kaldor.errors import InputError, Problem
from kaldor.framework.framework import Framework, by_id
from kaldor.framework.model import (
    Case,
    Challenge,
    Debate,
    Document,
    Fact,
    Instrument,
    Issue,
    Locator,
    Origin,
    Priority,
)

AnyEntry = Challenge | Issue | Priority | Debate | Instrument | Document | Case | Fact
E = TypeVar("E", Challenge, Issue, Priority, Debate, Instrument, Document, Case, Fact)


class FrameworkFile(DeclaredFile):
    """The tables that a file may hold."""

    documents: tuple[Document, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    issues: tuple[Issue, ...] = ()
    priorities: tuple[Priority, ...] = ()
    debates: tuple[Debate, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    cases: tuple[Case, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Placed:
    """An entry together with the file it came from, which errors name."""

    file: str
    section: str
    entry: AnyEntry

    @property
    def where(self) -> str:
        """File, table and id, as a message names them."""
        return f"{self.file}, {self.section} '{self.entry.id}'"


Reading = tuple[tuple[Placed, ...], tuple[Problem, ...]]
"""What one file gave: the entries that can be used, and all that is wrong with the others."""


def load_framework(*extra: Path) -> Framework:
    """The framework of the package, with what the user's own files add to it.

    Each of `extra` is a TOML file that may hold any table of `FrameworkFile`; a path given twice is read once.

    Raises InputError with all problems together: a file that cannot be read or is not TOML (with the line), unknown
    tables and keys (with the near match), values of a wrong kind, ids used twice, references to what is not there,
    countries that do not exist.
    """
    readings = [*_of_the_package(), *map(_of_a_user, dict.fromkeys(extra))]
    placed = [item for found, _ in readings for item in found]
    problems = [problem for _, found in readings for problem in found]
    # A reference to what was refused would be no second problem, so that all must be read before any is followed.
    problems += [*_used_twice(placed), *_unknown_countries(placed), *([] if problems else _loose_references(placed))]
    if problems:
        raise InputError(problems)
    placed.sort(key=_order(placed))
    return Framework(
        challenges_by_id=by_id(_only(Challenge, placed)),
        issues_by_id=by_id(_only(Issue, placed)),
        priorities_by_id=by_id(_only(Priority, placed)),
        debates_by_id=by_id(_only(Debate, placed)),
        instruments_by_id=by_id(_only(Instrument, placed)),
        documents_by_id=by_id(_only(Document, placed)),
        cases_by_id=by_id(_only(Case, placed)),
        facts_by_id=by_id(_only(Fact, placed)),
    )


@cache
def _of_the_package() -> tuple[Reading, ...]:
    """The package's own files. Read once: they cannot change while the program runs."""
    found = toml_in(files("kaldor.framework") / "data")
    return tuple(_read(file.name, decoded(file.read_bytes(), file.name)) for file in found)


def _of_a_user(path: Path) -> Reading:
    try:
        return _read(str(path), text_of(path))
    except InputError as error:
        return (), error.problems


def _read(file: str, text: str) -> Reading:
    """The entries of one file, and what is wrong with it. Raises InputError where the text is no TOML."""
    found, problems = holding(FrameworkFile, toml_as_written(text, file), file)
    tables = [(section, getattr(found, section)) for section in FrameworkFile.model_fields if found is not None]
    placed = tuple(Placed(file, section, entry) for section, entries in tables for entry in entries)
    return placed, tuple(problems)


def _order(placed: Iterable[Placed]) -> Callable[[Placed], tuple[int, bool]]:
    """A sort key: by challenge, public before private. Sorting by it keeps the order of files otherwise."""
    numbers = {challenge.id: challenge.number for challenge in _only(Challenge, placed)}

    def key(item: Placed) -> tuple[int, bool]:
        challenge = item.entry.id if isinstance(item.entry, Challenge) else getattr(item.entry, "challenge", "")
        return numbers.get(challenge, 0), getattr(item.entry, "sector", "public") == "private"

    return key


def _only(kind: type[E], placed: Iterable[Placed]) -> list[E]:
    return [item.entry for item in placed if isinstance(item.entry, kind)]


def _used_twice(placed: Iterable[Placed]) -> Iterator[Problem]:
    first: dict[tuple[str, str | int], Placed] = {}
    for item in placed:
        keys: list[tuple[str, str | int]] = [(item.section, item.entry.id)]
        if isinstance(item.entry, Challenge):
            keys.append(("number", item.entry.number))
        for key in keys:
            if key in first:
                what = f"the number {key[1]} is taken" if key[0] == "number" else "this id is taken"
                yield Problem(item.where, f"{what}: {first[key].where} has it.", "Choose another.")
            first.setdefault(key, item)


def _loose_references(placed: list[Placed]) -> Iterator[Problem]:
    """References that lead nowhere."""
    sections = FrameworkFile.model_fields
    known = {section: {item.entry.id: None for item in placed if item.section == section} for section in sections}
    for item in placed:
        for section, id in _references(item.entry):
            if id not in known[section]:
                kind = {"priorities": "priority"}.get(section, section.removesuffix("s"))
                yield Problem(item.where, f"refers to an unknown {kind} '{id}'.", near(id, known[section]))


def _references(entry: AnyEntry) -> Iterator[tuple[str, str]]:
    """The ids of other entries that an entry names, each with the table it should be found in."""
    for place in _places(entry):
        yield "documents", place.document
    if isinstance(entry, Issue | Priority | Debate | Case):
        yield "challenges", entry.challenge
    if isinstance(entry, Case):
        for section, ids in (
            ("instruments", entry.instruments),
            ("priorities", entry.priorities),
            ("debates", entry.debates),
        ):
            yield from ((section, id) for id in ids)


def _places(entry: AnyEntry) -> Iterator[Origin | Locator]:
    if isinstance(entry, Challenge | Issue | Priority | Debate) and entry.origin is not None:
        yield entry.origin
    if isinstance(entry, Case | Fact):
        yield entry.locator
    if isinstance(entry, Case):
        yield from (figure.locator for figure in entry.figures)


def _unknown_countries(placed: Iterable[Placed]) -> Iterator[Problem]:
    import pycountry

    for item in placed:
        for code in item.entry.countries if isinstance(item.entry, Case) else ():
            if pycountry.countries.get(alpha_3=code) is None:
                yield Problem(item.where, f"no country has the ISO 3166 code '{code}'.")
