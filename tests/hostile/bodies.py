"""Sixty hostile JSON bodies and more for each route that takes one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.hostile.requests import ON, Sent, json_request
from tests.hostile.tomls import STUDY as STUDY_TEXT

_SCENARIO: dict[str, Any] = {
    "id": "lighter",
    "title": "Lighter",
    "closure": "pass-through",
    "blocs": {"FRIENDS": ["IND", "CHN"]},
    "levers": [{"lever": "material-efficiency", "strength": 20, "regions": ["IND"], "figures": {}}],
}
_SHOCK = {
    "id": "ban",
    "title": "A ban",
    "events": [{"kind": "ban", "origins": ["CHN"], "destinations": ["DEU"], "products": ["metals"], "days": 5}],
}
_PATH = {
    "id": "to-2035",
    "region": "IND",
    "start": 2025,
    "end": 2035,
    "step": 5,
    "levers": [
        {
            "lever": "material-efficiency",
            "strength": 20,
            "regions": ["IND"],
            "adoption": {"curve": "linear", "start": 2026, "until": 2030},
        }
    ],
}
STUDY = {"title": "India", "country": "IND", "peers": ["CHN"], "year": 2018, "economy": "starter"}

WHOLE: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "simulate": ("POST", f"{ON}/simulate", _SCENARIO),
    "compare": ("POST", f"{ON}/compare", {"scenarios": [_SCENARIO]}),
    "explain": ("POST", f"{ON}/explain", {"scenario": _SCENARIO, "metric": "co2-world", "seed": 1}),
    "pathway": ("POST", f"{ON}/pathway", _PATH),
    "shocks": ("POST", f"{ON}/shocks?steps=5&bands=2", _SHOCK),
    "studies": ("POST", "/api/studies", {"id": "given", "study": STUDY}),
    "studies as text": ("POST", "/api/studies", {"id": "given", "toml": STUDY_TEXT}),
}
"""Each route that takes JSON: method, address and a whole body."""

_BODIES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "blanks": lambda _: b"  \r\n ",
    "a text": lambda _: b'"x"',
    "a number": lambda _: b"1",
    "null": lambda _: b"null",
    "truth": lambda _: b"true",
    "a list": lambda whole: b"[" + whole + b"]",
    "cut": lambda whole: whole[: len(whole) // 2],
    "twice": lambda whole: whole + whole,
    "a comma too many": lambda whole: whole[:-1] + b",}",
    "single quotes": lambda whole: whole.replace(b'"', b"'"),
    "UTF-16": lambda whole: whole.decode().encode("utf-16"),
    "UTF-8 with a mark": lambda whole: b"\xef\xbb\xbf" + whole,
    "Latin-1": lambda whole: whole[:-1] + b', "Gr\xf6\xdfe": 1}',
    "zero bytes": lambda _: b"\0" * 1000,
    "random bytes": lambda _: bytes((i * 197 + 13) % 256 for i in range(5_000)),
    "brackets": lambda _: b"[" * 100_000,
    "nested": lambda whole: whole[:-1] + b', "x": ' + b"[" * 900 + b"]" * 900 + b"}",
    "braces": lambda _: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a key twice": lambda whole: whole[:-1] + b"," + whole[1:],
    "an unknown key": lambda whole: whole[:-1] + b', "xyzzy": 1}',
    "a key of half a pair": lambda whole: whole[:-1] + b', "\\ud800": 1}',
    "an empty key": lambda whole: whole[:-1] + b', "": 1}',
    "a prototype": lambda whole: whole[:-1] + b', "__proto__": {"a": 1}, "__class__": 1}',
    "too large": lambda whole: whole[:-1] + b', "x": "' + b"x" * 2_000_000 + b'"}',
    "100,000 keys": lambda _: json.dumps({f"k{i}": 0 for i in range(60_000)}).encode(),
    "a form": lambda _: b"id=lighter&levers=1",
    "XML": lambda _: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "a pickle": lambda _: b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.",
}

_VALUES: dict[str, bytes] = {
    "not a number": b"NaN",
    "infinity": b"Infinity",
    "overflow": b"1e999",
    "5,000 digits": b"9" * 5_000,
    "30 digits": b"9" * 30,
    "negative": b"-1",
    "zero": b"0",
    "null": b"null",
    "truth": b"true",
    "an empty text": b'""',
    "half of a pair": b'"\\ud800"',
    "the other half": b'"a\\udfffb"',
    "a zero character": b'"\\u0000"',
    "an escape": b'"\\u001b[2J"',
    "a long text": b'"' + b"x" * 100_000 + b'"',
    "a path": b'"../../../../etc/passwd"',
    "markup": b'"<script>alert(1)</script>{0}%s{{x}}"',
    "an empty list": b"[]",
    "a long list": b"[" + b"1," * 50_000 + b"1]",
    "the same twice": b'["IND", "IND"]',
    "a list of lists": b'[["IND"], [[1]]]',
    "an empty object": b"{}",
    "an object": b'{"a": {"b": [1, "c"]}}',
}


def bodies(route: str) -> dict[str, Sent]:
    """Hostile bodies for a route, by name: each body, and each value in place of every value of the whole one."""
    method, address, whole = WHOLE[route]
    made = {name: json_request(method, address, change(json.dumps(whole).encode())) for name, change in _BODIES.items()}
    for place in _places(whole):
        for name, value in _VALUES.items():
            changed = json.dumps(_with(whole, place, "@@")).encode().replace(b'"@@"', value)
            made[f"{'.'.join(map(str, place))} is {name}"] = json_request(method, address, changed)
    return made


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, entry in inner for place in [(*at, key), *_places(entry, (*at, key))]]


def _with(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = _with(value[place[0]], place[1:], new)
    return copy
