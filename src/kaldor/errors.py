"""Every error that Kaldor raises on purpose, in one family.

KaldorError
├── InputError              a file, table or study from outside is not what it should be (all its problems together)
├── UnknownLabelError       a region, sector, dataset, extension … that does not exist, with the near match
│   ├── UnknownExtensionError
│   └── UnknownDatasetError
├── UnproductiveEconomyError  some industry needs more than it makes: no Leontief inverse exists
├── NotConvergedError       an iteration stopped before its tolerance
├── FetchError              a file could not be fetched from its publisher or a mirror
└── StoreError              the store cannot be read or written

A message says what was wrong, where, what was expected and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from typing import Any, TypeVar

Fault = TypeVar("Fault")

# Control characters, line and paragraph separators, and marks that turn the direction of what follows.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class KaldorError(Exception):
    """The base of every error that a user of Kaldor can act on. The CLI prints it and exits with code 2."""

    def __str__(self) -> str:
        # Whatever a message quotes: no terminal obeys it, and no name of somebody's looks like a line of ours.
        return "\n".join(map(printable, map(str, self._lines())))

    def _lines(self) -> Sequence[object]:
        return self.args

    def __reduce__(self) -> tuple[Any, ...]:
        # Between processes an error goes as it is: most are made of other things than of their message, from which
        # `Exception` would make them anew.
        return _as_it_was, (type(self), self.args, self.__dict__)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input: where it stands, what is wrong there, what to do about it.

    One that only counts others, which nobody would read, `stands_for` as many.
    """

    where: str
    what: str
    remedy: str = ""
    stands_for: int = 1

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f" {self.remedy}" if self.remedy else "")


class InputError(KaldorError):
    """An input from outside is unusable; carries every problem found in it, not only the first."""

    # A hostile file may have a million faults; nobody reads past the first screen.
    shown = 20

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> Sequence[str]:
        lines = [str(problem) for problem in self.problems[: self.shown]]
        if len(self.problems) > self.shown:
            more = sum(problem.stands_for for problem in self.problems[self.shown :])
            lines.append(f"… and {more} more problems of this input.")
        return lines


def printable(text: str, kept: str = "") -> str:
    """A text in which what a terminal obeys instead of showing is written out (a line break as \\n), but for `kept`."""
    return _OBEYED.sub(lambda found: found[0] if found[0] in kept else found[0].encode("unicode_escape").decode(), text)


def printable_json(text: str) -> str:
    """JSON that says the same, in which what a terminal obeys is written as JSON writes it (\\u009b)."""
    return _OBEYED.sub(lambda found: found[0] if found[0] == "\n" else f"\\u{ord(found[0]):04x}", text)


def put_in_words(faults: Sequence[Fault], where: str, words: Callable[[Fault], Problem]) -> list[Problem]:
    """Findings of a library as problems: the first of them in words, which take time, and the others as their count."""
    most = 5 * InputError.shown  # more than are shown, since a reader may take some away or put others before them
    problems = [words(fault) for fault in faults[:most]]
    if len(faults) > most:
        rest = len(faults) - most
        problems.append(Problem(where, f"holds {rest} more problems.", "Correct these first.", rest))
    return problems


def sentence(text: str) -> str:
    """A text with one full stop at its end, or with the mark that ends it already."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


class UnknownLabelError(KaldorError):
    """A name that is not among the known ones; suggests the nearest, also by what labels are `called` in words."""

    def __init__(
        self,
        kind: str,
        name: str,
        known: Iterable[str],
        *,
        where: str = "",
        remedy: str = "",
        called: Mapping[str, str] | None = None,
    ) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        near = nearest(name, self.known, called)
        told = (called or {}).get(near, near)
        words = "" if told == near else f" ({told})"
        hint = f" Did you mean '{near}'{words}?" if near else f" Known: {_listing(self.known)}."
        place = f"{where}: " if where else ""
        super().__init__(f"{place}unknown {kind} '{name}'.{hint}" + (f" {remedy}" if remedy else ""))


class UnknownExtensionError(UnknownLabelError):
    """An extension (emissions, jobs …) that the economy does not carry."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("extension", name, known)


class UnknownDatasetError(UnknownLabelError):
    """A dataset that the store does not hold."""

    def __init__(self, name: str, known: Iterable[str], *, where: str = "", remedy: str = "") -> None:
        super().__init__("dataset", name, known, where=where, remedy=remedy)


class UnproductiveEconomyError(KaldorError):
    """The spectral radius of A is 1 or more: to make one unit the economy would need more than one unit."""


class NotConvergedError(KaldorError):
    """An iterative method stopped before it reached its tolerance; the message gives the residual."""


class FetchError(KaldorError):
    """A file could not be fetched; says from where, what happened and what to do instead."""

    def __init__(self, place: str, what: str, remedy: str) -> None:
        super().__init__(f"{place}: {what}. {remedy}")


class StoreError(KaldorError):
    """The store of datasets is missing, damaged or held by another process."""


def nearest(name: str, known: Iterable[str], called: Mapping[str, str] | None = None) -> str:
    """The known label that is most like a name, capitals or not; "" where none is like it.

    Where labels are `called` something in words, a name may be like these too, or like one of their longer words.

    >>> nearest("stel", ["c12", "c24"], {"c12": "Wood", "c24": "Basic iron and steel"})
    'c24'
    """
    labels = {one.casefold(): one for one in reversed(list(known))}
    words = {
        text.casefold(): label
        for label, told in (called or {}).items()
        for text in (*re.findall(r"\w{4,}", told), told)
    }
    wanted = name.casefold()
    for match in get_close_matches(wanted, {**words, **labels}, n=5, cutoff=_ALIKE):
        if match in labels:
            return labels[match]
        if SequenceMatcher(None, match, wanted).ratio() >= _ALIKE_IN_WORDS:
            return words[match]
    return ""


_ALIKE, _ALIKE_IN_WORDS = 0.6, 0.75
"""Shares of letters in common; there are many more words than labels, and some that are like anything."""


def _as_it_was(kind: type[KaldorError], args: tuple[Any, ...], values: dict[str, Any]) -> KaldorError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(values)
    return error


def _listing(names: tuple[str, ...], most: int = 12) -> str:
    if not names:
        return "none"
    return ", ".join(names[:most]) + (f" … ({len(names)} in all)" if len(names) > most else "")
