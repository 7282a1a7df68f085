"""A JSON body looked at before any route does: what two programs would read differently, or no table can hold."""

from __future__ import annotations

import json
from typing import Any

from kaldor.declared import value_problems
from kaldor.errors import InputError, Problem

BODY = "body"


def refuse_hostile(body: bytes) -> None:
    """Raise InputError for JSON with a key twice in one object, nested without end, or with numbers or texts that are
    none. Bytes that are no JSON at all pass: a route says what it expected.
    """
    if json.detect_encoding(body) != "utf-8":
        raise InputError(Problem(BODY, "is no JSON in UTF-8.", "Send it in UTF-8, without a byte order mark."))
    try:
        read = json.loads(body, object_pairs_hook=_once)
    except RecursionError:
        raise InputError(Problem(BODY, "is nested too deeply.", "Write it flat.")) from None
    except (json.JSONDecodeError, UnicodeDecodeError):
        return
    except ValueError:  # Python's own limit on the digits of a number
        raise InputError(
            Problem(BODY, "holds a whole number of more than 64 bits.", "Write one that is meant.")
        ) from None
    problems = value_problems(read, BODY)
    if problems:
        raise InputError(problems)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose every key stands once: of two, which one counts is anybody's guess."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InputError(Problem(BODY, f"the key {twice[:80]!r} stands twice in one object.", "Keep one of them."))
    return found
