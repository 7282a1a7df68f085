"""Reads the framework from its TOML files, the package's own and the user's, by the same rules.

A file holds any of the tables in `SECTIONS`, each a list of entries ([[priorities]], [[cases]] …). Files add to each
other; none overrides another. All problems of all files are reported together, each with file and id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

from kaldor.declared import bytes_of, decoded, tables_of, toml_of
from kaldor.errors import InputError, Problem
from kaldor.framework.framework import Framework, by_id
from kaldor.framework.model import (
    Case,
    Challenge,
    Debate,
    Declared,
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

SECTIONS: Mapping[str, type[AnyEntry]] = {
    "documents": Document,
    "challenges": Challenge,
    "issues": Issue,
    "priorities": Priority,
    "debates": Debate,
    "instruments": Instrument,
    "cases": Case,
    "facts": Fact,
}
"""The tables a file may hold, and the type of their entries."""


@dataclass(frozen=True)
class Placed:
    """An entry together with the file it came from, which errors name."""

    file: str
    section: str
    entry: AnyEntry

    @property
    def where(self) -> str:
        """File, table and id, as a message names them."""
        return f"{self.file}: {self.section} '{self.entry.id}'"


@dataclass(frozen=True)
class Reading:
    """What one file gave: entries, problems, and (table, id) of the entries that were refused."""

    placed: tuple[Placed, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: frozenset[tuple[str, str]] = frozenset()


def load_framework(*extra: Path) -> Framework:
    """The framework of the package, with what the user's own files add to it.

    Each of `extra` is a TOML file that may hold any table of `SECTIONS`; a path given twice is read once.

    Raises InputError with all problems together: a file that cannot be read or is not TOML (with the line), unknown
    tables and keys (with the near match), values of a wrong kind, ids used twice, references to what is not there,
    countries that do not exist.
    """
    readings = [*_of_the_package(), *(_read(str(path), partial(bytes_of, path)) for path in dict.fromkeys(extra))]
    placed = [item for reading in readings for item in reading.placed]
    problems = [
        *(problem for reading in readings for problem in reading.problems),
        *_used_twice(placed),
        *_loose_references(placed, refused={key for reading in readings for key in reading.refused}),
        *_unknown_countries(placed),
    ]
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
    return tuple(_read(file.name, file.read_bytes) for file in _toml_files(files("kaldor.framework") / "data"))


def _order(placed: Iterable[Placed]) -> Callable[[Placed], tuple[int, bool]]:
    """A sort key: by challenge, public before private. Sorting by it keeps the order of files otherwise."""
    numbers = {challenge.id: challenge.number for challenge in _only(Challenge, placed)}

    def key(item: Placed) -> tuple[int, bool]:
        challenge = item.entry.id if isinstance(item.entry, Challenge) else getattr(item.entry, "challenge", "")
        return numbers.get(challenge, 0), getattr(item.entry, "sector", "public") == "private"

    return key


def _toml_files(folder: Traversable) -> Iterator[Traversable]:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from _toml_files(item)
        elif item.name.endswith(".toml"):
            yield item


def _only(kind: type[E], placed: Iterable[Placed]) -> list[E]:
    return [item.entry for item in placed if isinstance(item.entry, kind)]


def _read(file: str, content: Callable[[], bytes]) -> Reading:
    """The entries of one file, and what is wrong with it."""
    try:
        written = toml_of(decoded(content(), file), file)
    except InputError as error:
        return Reading(problems=error.problems)
    placed: list[Placed] = []
    problems: list[Problem] = []
    refused: set[tuple[str, str]] = set()
    for section in written:
        if section not in SECTIONS:
            problems.append(Problem(file, f"unknown table '{section}'.", _hint(section, SECTIONS)))
            continue
        try:
            tables = tables_of(written, section, file)
        except InputError as error:
            problems += error.problems
            continue
        for place, values in enumerate(tables, start=1):
            try:
                placed.append(Placed(file, section, SECTIONS[section].model_validate(values)))
            except ValidationError as error:
                problems += _faults(f"{file}: {section}", place, SECTIONS[section], values, error)
                refused.add((section, str(values.get("id"))))
    return Reading(tuple(placed), tuple(problems), frozenset(refused))


def _faults(
    where: str, place: int, kind: type[Declared], values: Mapping[str, Any], error: ValidationError
) -> list[Problem]:
    name = values.get("id")
    where += f" '{name}'" if isinstance(name, str) else f" no. {place}"
    return [_fault(where, kind, detail) for detail in error.errors(include_url=False)]


def _fault(where: str, kind: type[Declared], detail: Mapping[str, Any]) -> Problem:
    """One of pydantic's findings in the words of this house."""
    path = detail["loc"]
    place = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    if detail["type"] == "extra_forbidden":
        return Problem(where, f"unknown key '{place}'.", _hint(str(path[-1]), _type_at(kind, path[:-1]).model_fields))
    if detail["type"] == "missing":
        return Problem(where, f"'{place}' is missing.")
    if detail["type"] == "value_error":
        return Problem(f"{where}, {place}" if place else where, f"{detail['ctx']['error']}.")
    if detail["type"] == "string_pattern_mismatch":
        return Problem(where, f"{place} = {_quoted(detail['input'])} {_expected_form(str(path[-1]), path)}.")
    return Problem(where, f"{place} = {_quoted(detail['input'])}: {detail['msg'][:1].lower()}{detail['msg'][1:]}.")


def _expected_form(key: str, path: tuple[str | int, ...]) -> str:
    if "countries" in path:
        return "should be an ISO 3166 code of three capital letters, such as BRA"
    if key == "date":
        return "should be a year, a month or a day, such as 2024, 2024-01 or 2024-01-16"
    return "should be lower-case words joined by hyphens (and by points between levels), such as fuel-switching"


def _type_at(kind: type[Declared], path: Iterable[str | int]) -> type[Declared]:
    """The type that a path through a nested entry ends in: ('figures', 0, 'locator') of a Case is Locator."""
    for part in path:
        if isinstance(part, str):
            kind = next(_declared_in(kind.model_fields[part].annotation), kind)
    return kind


def _declared_in(annotation: Any) -> Iterator[type[Declared]]:
    if isinstance(annotation, type) and issubclass(annotation, Declared):
        yield annotation
    for part in get_args(annotation):
        yield from _declared_in(part)


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


def _loose_references(placed: list[Placed], refused: set[tuple[str, str]]) -> Iterator[Problem]:
    """References that lead nowhere. One to a refused entry is no second problem: the entry is reported already."""
    known = {section: {item.entry.id: None for item in placed if item.section == section} for section in SECTIONS}
    for item in placed:
        for section, id in _references(item.entry):
            if id not in known[section] and (section, id) not in refused:
                kind = {"priorities": "priority"}.get(section, section.removesuffix("s"))
                yield Problem(item.where, f"refers to an unknown {kind} '{id}'.", _hint(id, known[section]))


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


def _hint(name: str, known: Iterable[str]) -> str:
    known = tuple(known)
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    return f"Known: {', '.join(known)}." if len(known) <= 25 else f"There are {len(known)} others, none alike."


def _quoted(value: object, most: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= most else text[:most] + "…"
