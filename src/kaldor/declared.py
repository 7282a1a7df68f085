"""The one reader of text and TOML from outside: what cannot be read is refused in one sentence, before it can do harm.

A pipe is not waited for and a device not read; bytes that are no UTF-8 text, broken TOML, tables within tables without
end and numbers beyond what a computer counts with are each one `InputError` that names file, place and remedy.
"""

from __future__ import annotations

import math
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from kaldor.errors import InputError, Problem

MOST_BYTES: Final = 1_000_000
"""The largest file of declarations or text that is read; a declaration is a page or two."""

DEEPEST: Final = 64
"""How many tables and lists may stand within each other; no declaration of Kaldor's has more than six."""

_KINDS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
# The parser's time grows with the square of a dotted key's parts: 20,000 take it ten seconds, 1,000 no time.
_ENDLESS_KEY: Final = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){1000}""")


def toml_file(path: Path) -> dict[str, Any]:
    """What a TOML file declares. Raises InputError as `text_of` and `toml_of` do."""
    return toml_of(text_of(path), path.name)


def toml_of(text: str, where: str) -> dict[str, Any]:
    """What a text declares in TOML; `where` is how messages name it.

    Raises InputError for broken syntax (with line and column), for what is nested deeper than `DEEPEST`, for numbers
    that are not finite or beyond 64 bits, and for halves of characters.
    """
    if not is_text(text):
        line = next(number for number, line in enumerate(text.split("\n"), 1) if not is_text(line))
        raise InputError(_half(f"{where}, line {line}"))
    if _ENDLESS_KEY.search(text):
        raise InputError(_too_deep(where))
    try:
        declared = tomllib.loads(text)
    except RecursionError:
        raise InputError(_too_deep(where)) from None
    except tomllib.TOMLDecodeError as error:
        told = re.search(r"line (\d+)", str(error))  # the parser tells the place only inside its message
        place = f"{where}, line {told[1]}" if told else where
        raise InputError(Problem(place, f"is not valid TOML: {error}.", "Correct the syntax there.")) from None
    except ValueError:  # Python's own limit on the digits of a number
        raise InputError(_too_long(where)) from None
    problems = value_problems(declared, where)
    if problems:
        raise InputError(problems)
    return declared


def tables_of(declared: Mapping[str, Any], name: str, where: str) -> list[dict[str, Any]]:
    """The `[[name]]` of a declaration, none where it has none. Raises InputError where it is something else."""
    entries = declared.get(name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(Problem(where, f"'{name}' should be a list of tables.", f"Head each one [[{name}]]."))
    return entries


def is_text(text: str) -> bool:
    """Whether a text can be written down: half of a pair of characters (a lone surrogate) cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def value_problems(declared: Any, where: str) -> list[Problem]:
    """What is well-formed and still can be no declaration: endless nesting, numbers and texts that are none."""
    problems: list[Problem] = []
    level: list[tuple[str, Any]] = [("", declared)]
    for _ in range(DEEPEST + 1):  # without recursion, since that is what a hostile input wants
        inner: list[tuple[str, Any]] = []
        for path, value in level:
            place = f"{where}, {path[1:]}" if path else where
            if isinstance(value, dict):
                inner += [(f"{path}.{key}", entry) for key, entry in value.items()]
                problems += [_half(place) for key in value if not is_text(key)]
            elif isinstance(value, list):
                inner += [(f"{path}.{number}", entry) for number, entry in enumerate(value)]
            elif isinstance(value, int) and not -(2**63) <= value < 2**63:
                problems.append(_too_long(place))
            elif isinstance(value, float) and not math.isfinite(value):
                problems.append(Problem(place, "is no finite number.", "Write one."))
            elif isinstance(value, str) and not is_text(value):
                problems.append(_half(place))
        level = inner
        if not level:
            return problems
    return [_too_deep(where)]


def text_of(path: Path, where: str = "", most: int = MOST_BYTES) -> str:
    """The text of a file, its line ends as one character; messages name it `where`, or else by its path.

    Raises InputError where it is missing, no regular file, larger than `most` bytes, or no text in UTF-8.
    """
    return decoded(bytes_of(path, where, most), where or str(path))


def bytes_of(path: Path, where: str = "", most: int = MOST_BYTES) -> bytes:
    """The bytes of a regular file. Raises InputError where it is missing, something else, or larger than `most`."""
    where = where or str(path)
    refuse_special(path, where)
    try:
        if path.is_dir():
            raise InputError(Problem(where, "cannot be read: it is a folder.", "Name a file in it."))
        with path.open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as error:
        raise InputError(_unreadable(where, error)) from None
    if len(content) > most:
        what = f"is larger than the {most / 1e6:g} MB that are read of such a file."
        raise InputError(Problem(where, what, "Shorten it, or split it."))
    return content


def decoded(content: bytes, where: str) -> str:
    """Bytes as the text that they are in UTF-8. Raises InputError where they are none."""
    if content.startswith(_WIDE_MARKS):
        raise InputError(Problem(where, "is text in UTF-16.", "Save it as UTF-8."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"is not a text file in UTF-8 (byte {error.start})."
        raise InputError(Problem(where, what, "Save it as UTF-8.")) from None
    if "\0" in text:
        what = f"is no text: byte {content.index(0)} is zero."
        raise InputError(Problem(where, what, "Name a text file, saved as UTF-8."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def refuse_special(path: Path, where: str = "") -> None:
    """Raise InputError where a path is a pipe, a device or a socket, leads in a circle, or cannot be looked at.

    Opening one of those may wait or read for ever, so this looks without opening. A missing file is refused too.
    """
    where = where or str(path)
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except OSError as error:
        raise InputError(_unreadable(where, error)) from None
    except ValueError:  # a zero byte, or half of a character
        raise InputError(Problem(repr(where)[1:-1], "cannot be the name of a file.", "Look at its name.")) from None
    if kind not in {stat.S_IFREG, stat.S_IFDIR}:
        what = f"cannot be read: it is {_KINDS.get(kind, 'no regular file')}."
        raise InputError(Problem(where, what, "Name a regular file: what it would hold, saved to disk."))


def _unreadable(where: str, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(where, "cannot be read: no such file or folder.", "Look at its name and place.")
    return Problem(where, f"cannot be read ({error.strerror or error}).", "Look at its name, place and permissions.")


def _too_deep(where: str) -> Problem:
    return Problem(where, f"is nested deeper than {DEEPEST} tables or lists.", "Write it flat.")


def _too_long(where: str) -> Problem:
    return Problem(where, "is a whole number of more than 64 bits.", "Write a number that is meant.")


def _half(where: str) -> Problem:
    return Problem(where, "holds half of a pair of characters (a lone surrogate), which is no text.", "Take it out.")
