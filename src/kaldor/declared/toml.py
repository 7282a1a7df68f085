"""The one reader of TOML: what is no declaration is refused in one sentence, before it can do harm.

Broken syntax, tables within tables without end and numbers beyond what a computer counts with are each one
`InputError` that names file, place and remedy.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from kaldor.declared.place import Loc, place_of
from kaldor.declared.text import is_text, text_of, unwritable
from kaldor.errors import InputError, Problem, put_in_words

DEEPEST: Final = 64
"""How many tables and lists may stand within each other; no declaration of Kaldor's has more than six."""

# The parser's time grows with the square of a dotted key's parts: 20,000 take it ten seconds, 1,000 no time.
_ENDLESS_KEY: Final = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){1000}""")
_DEEP_LINE: Final = re.compile(rf"(?:[\[{{][^\[{{\]}}\n]*+){{{DEEPEST + 1}}}")
_LONG_NUMBER: Final = re.compile(r"[0-9_]{4000}")


def toml_file(path: Path, where: str = "") -> dict[str, Any]:
    """What a TOML file declares; messages name it `where`, or else by its path.

    Raises InputError as `text_of` and `toml_of` do.
    """
    return toml_of(text_of(path, where), where or str(path))


def toml_of(text: str, where: str) -> dict[str, Any]:
    """What a text declares in TOML; `where` is how messages name it.

    Raises InputError for broken syntax (with line and column), for what is nested deeper than `DEEPEST`, for numbers
    that are not finite or beyond 64 bits, and for halves of characters.
    """
    declared = toml_as_written(text, where)
    problems = value_problems(declared, where)
    if problems:
        raise InputError(problems)
    return declared


def toml_as_written(text: str, where: str) -> dict[str, Any]:
    """As `toml_of`, for what `holding` or `checked` reads next: these tell of numbers that are none with all else."""
    if not is_text(text):
        line = next(number for number, line in enumerate(text.split("\n"), 1) if not is_text(line))
        raise InputError(_half(f"{where}, line {line}"))
    if _ENDLESS_KEY.search(text):
        raise InputError(_too_deep(_line_of(_ENDLESS_KEY, text, where)))
    try:
        declared = tomllib.loads(text)
    except RecursionError:
        raise InputError(_too_deep(_line_of(_DEEP_LINE, text, where))) from None
    except tomllib.TOMLDecodeError as error:
        told = re.search(r"line (\d+)", str(error))  # the parser tells the place only inside its message
        place = f"{where}, line {told[1]}" if told else where
        raise InputError(Problem(place, f"is not valid TOML: {error}.", "Correct the syntax there.")) from None
    except ValueError:  # Python's own limit on the digits of a number
        raise InputError(_too_long(_line_of(_LONG_NUMBER, text, where))) from None
    return declared


def value_problems(declared: Any, where: str) -> list[Problem]:
    """What is well-formed and still can be no declaration: endless nesting, numbers and texts that are none."""
    wrong: list[tuple[Loc, Callable[[str], Problem]]] = []
    level: list[tuple[Loc, Any]] = [((), declared)]
    for _ in range(DEEPEST + 1):  # without recursion, since that is what a hostile input wants
        inner: list[tuple[Loc, Any]] = []
        for loc, value in level:
            if (fault := _wrong(value)) is not None:
                wrong.append((loc, fault))
            if isinstance(value, dict):
                inner += [((*loc, key), entry) for key, entry in value.items()]
            elif isinstance(value, list | tuple):
                inner += [((*loc, number), entry) for number, entry in enumerate(value)]
        level = inner
        if not level:
            return put_in_words(wrong, where, lambda one: one[1](place_of(where, declared, one[0])))
    return [_too_deep(place_of(where, declared, level[0][0][:1]))]


def _wrong(value: Any) -> Callable[[str], Problem] | None:
    """What is wrong with a value by itself, to be told its place."""
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return _too_long
    if isinstance(value, float) and not math.isfinite(value):
        return _not_finite
    texts = [text for text in (value if isinstance(value, dict) else [value]) if isinstance(text, str)]
    if not all(map(is_text, texts)):
        return _half
    held = next(filter(None, map(unwritable, texts)), "")
    return partial(_unwritable, held) if held else None


def _line_of(pattern: re.Pattern[str], text: str, where: str) -> str:
    """The line in which a pattern begins, beside the file's name; the name alone where it is in none."""
    found = pattern.search(text)
    return f"{where}, line {text.count(chr(10), 0, found.start()) + 1}" if found else where


def _not_finite(where: str) -> Problem:
    return Problem(where, "is no finite number.", "Write one.")


def _too_deep(where: str) -> Problem:
    return Problem(where, f"is nested deeper than {DEEPEST} tables or lists.", "Write it flat.")


def is_too_deep(problems: Sequence[Problem]) -> bool:
    """Whether the values of a declaration stand so deep within each other that nobody should read on."""
    return any(problem == _too_deep(problem.where) for problem in problems)


def _too_long(where: str) -> Problem:
    return Problem(where, "is a whole number of more than 64 bits.", "Write a number that is meant.")


def _unwritable(held: str, where: str) -> Problem:
    return Problem(where, f"holds {held}.", "Take it out.")


def _half(where: str) -> Problem:
    return Problem(where, "holds half of a pair of characters (a lone surrogate), which is no text.", "Take it out.")
