"""How the tables made in Sydney (Eora, GLORIA) label things: countries, final demand, sectors; ids from long labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from kaldor.atlas.classifications import Classification
from kaldor.atlas.regions import canonical_code

_CODE = re.compile(r"\bP\.\d+[a-z]?$")


def country_codes(labels: Sequence[str]) -> tuple[str, ...]:
    """Kaldor's codes for a table's countries; a label stays as published where two would become the same."""
    codes = Counter(canonical_code(label) for label in labels)
    return tuple(label if codes[canonical_code(label)] > 1 else canonical_code(label) for label in labels)


def demand_code(name: str) -> str:
    """The code of a category of final demand in the national accounts (P.3h) where its name ends in it; else an id."""
    code = _CODE.search(name)
    return code[0] if code else slug(name)


def sector_code(label: str, kinds: Classification) -> str:
    """The classification's code for a sector by what the publisher calls it; else an id made of the label."""
    wanted = slug(label)
    for sector in kinds.sectors:
        if wanted in (slug(sector.label), slug(sector.name)):
            return sector.code
    return wanted


def slug(text: str) -> str:
    """Small letters, digits and '-': an id from a publisher's label."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def unique(ids: Sequence[str]) -> list[str]:
    """The same ids, numbered from the second on where one comes again."""
    seen: Counter[str] = Counter()
    result = []
    for id in ids:
        seen[id] += 1
        result.append(id if seen[id] == 1 else f"{id}-{seen[id]}")
    return result
