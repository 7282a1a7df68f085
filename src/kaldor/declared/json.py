"""A JSON text from outside, read before anything is made of it: what two programs would read differently, or no table
can hold, is refused. The body of a request and a line of the protocol have the one reader.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from kaldor.declared.toml import value_problems
from kaldor.errors import InputError, Problem


def refuse_hostile(text: bytes, where: str) -> None:
    """Raise InputError for JSON with a key twice in one object, nested without end, or with numbers or texts that are
    none; `where` is what the text is ("body"). Bytes that are no JSON at all pass: who reads them says so.
    """
    if json.detect_encoding(text) != "utf-8":
        raise InputError(Problem(where, "is no JSON in UTF-8.", "Send it in UTF-8, without a byte order mark."))
    try:
        read = json.loads(text, object_pairs_hook=partial(_once, where))
    except RecursionError:
        raise InputError(Problem(where, "is nested too deeply.", "Write it flat.")) from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        return
    except ValueError:  # Python's own limit on the digits of a number
        raise InputError(
            Problem(where, "holds a whole number of more than 64 bits.", "Write one that is meant.")
        ) from None
    problems = value_problems(read, where)
    if problems:
        raise InputError(problems)


def _once(where: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose every key stands once: of two, which one counts is anybody's guess."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(Problem(where, f"the key {twice[:80]!r} stands twice in one object.", "Keep one of them."))
    return found
