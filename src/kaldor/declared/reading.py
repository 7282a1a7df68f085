"""Declared files read as their types: from a path, from the package, or several files that hold the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Protocol, TypeVar

from kaldor.declared.model import DeclaredFile, checked
from kaldor.declared.text import decoded, text_of
from kaldor.declared.toml import toml_as_written
from kaldor.errors import InputError, Problem

F = TypeVar("F", bound=DeclaredFile)
T = TypeVar("T")
W = TypeVar("W")


class _Named(Protocol):
    @property
    def id(self) -> str: ...


E = TypeVar("E", bound=_Named)


def read(model: type[F], path: Path, where: str = "") -> F:
    """What a user's file declares; messages name it `where`, or else by its path.

    Raises InputError with all problems of the file: missing, a folder, no UTF-8 text, no TOML (with the line), nested
    without end, numbers that are none, unknown keys (with the near match), what is missing, wrong values, keys twice.
    """
    return parse(model, text_of(path, where), where or str(path))


def parse(model: type[F], text: str, where: str) -> F:
    """What the text of a file declares; `where` is how messages name the file. Raises InputError as `read` does."""
    return checked(model, toml_as_written(text, where), where)


def read_packaged(model: type[F], package: str, file: str) -> F:
    """What a file of the package declares, by its path in a package. Raises InputError as `read` does."""
    return _parse_packaged(model, files(package) / file)


def read_packaged_folder(model: type[F], package: str, folder: str = "") -> Mapping[str, F]:
    """What the TOML files of a folder of the package declare, by their names without ".toml", in their order.

    Raises InputError with all problems of all files.
    """
    found = list(toml_in(files(package) / folder if folder else files(package)))
    read = together(partial(_parse_packaged, model), found)
    return {file.name.removesuffix(".toml"): one for file, one in zip(found, read, strict=True)}


def joined(
    known: Mapping[str, E],
    model: type[F],
    field: str,
    own: Iterable[Path | str],
    unfit: Callable[[E, str], Iterable[Problem]] = lambda entry, place: (),
) -> dict[str, E]:
    """The entries of the package by id, and after them those that a user's own files hold as the list `field`.

    A text in place of a path is what such a file holds, and is called as the field is. `unfit` says what else is wrong
    with an entry at a place. Raises InputError with all problems of all files; where all can be read, with every id
    that stands in more than one of them and all that is unfit.
    """
    own = list(own)
    entries, taken = dict(known), dict.fromkeys(known, "the package")
    problems: list[Problem] = []
    for source, file in zip(own, together(partial(_own, model, field), own), strict=True):
        called = field if isinstance(source, str) else str(source)
        for entry in getattr(file, field):
            place = f"{called}, {field} '{entry.id}'"
            problems += unfit(entry, place)
            if entry.id in taken:
                problems.append(Problem(place, f"the id is taken: {taken[entry.id]} has it.", "Choose another."))
            entries[entry.id], taken[entry.id] = entry, called
    if problems:
        raise InputError(problems)
    return entries


def _own(model: type[F], field: str, source: Path | str) -> F:
    return parse(model, source, field) if isinstance(source, str) else read(model, source)


def toml_in(folder: Traversable) -> Iterator[Traversable]:
    """The TOML files of a folder and the folders in it, by name."""
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            yield from toml_in(item)
        elif item.name.endswith(".toml"):
            yield item


def together(reading: Callable[[W], T], places: Iterable[W]) -> list[T]:
    """What is read at each of several places. Raises InputError with the problems of all of them."""
    found: list[T] = []
    problems: list[Problem] = []
    for place in places:
        try:
            found.append(reading(place))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def _parse_packaged(model: type[F], file: Traversable) -> F:
    try:
        content = file.read_bytes()
    except OSError as error:
        what = f"a file of the package cannot be read ({error.strerror or error})."
        raise InputError(Problem(file.name, what, "Install Kaldor again.")) from None
    return parse(model, decoded(content, file.name), file.name)
