"""Countries by ISO3: their names, world regions, income groups by year, and the labels that publishers use instead.

Names come from pycountry; world regions and income groups (1987–2024) follow the World Bank and stand in regions.toml.
"Rest of world" is no country: it is a declared exception with the code ROW. Which states came, went and split, and
which blocs they belong to, is in `kaldor.atlas.countries`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

import pycountry

from kaldor.declared import DeclaredFile, read_packaged
from kaldor.errors import InputError, Problem, UnknownLabelError

IncomeGroup = Literal["H", "UM", "LM", "L"]
"""World Bank income groups: high, upper middle, lower middle, low."""

INCOME_GROUP_NAMES: Mapping[IncomeGroup, str] = {
    "H": "high income",
    "UM": "upper middle income",
    "LM": "lower middle income",
    "L": "low income",
}

_SPELL = re.compile(r"(?P<group>H|UM|LM|L) (?P<first>[0-9]{4})(-(?P<last>[0-9]{4}))?")


_SHORTENED = {"rep": "republic", "dem": "democratic", "is": "islands", "the": "", "of": "", "and": "", "st": "saint"}


@dataclass(frozen=True)
class Region:
    """A country, or a declared exception such as the rest of the world, which has neither world region nor income.

    Kosovo, which has no ISO code of its own, is a declared exception and a country.
    """

    code: str
    name: str
    world_region: str | None
    is_country: bool


class _Declared(DeclaredFile):
    exceptions: Mapping[str, str]
    aliases: Mapping[str, str]
    names: Mapping[str, str]
    two_letters: Mapping[str, str]
    world_regions: Mapping[str, tuple[str, ...]]
    income: Mapping[str, str]


def region(code: str) -> Region:
    """The region with this ISO3 code, declared exception or known alias (ROM is ROU, RoW is ROW).

    Raises UnknownLabelError with the near match.
    """
    declared, known = _declared(), _countries()
    canonical = canonical_code(code)
    if canonical in declared.exceptions:
        world_region = _world_region_of().get(canonical)
        return Region(canonical, declared.exceptions[canonical], world_region, is_country=world_region is not None)
    if canonical not in known:
        raise UnknownLabelError("region", code, [*known, *declared.exceptions, *declared.aliases])
    return Region(canonical, known[canonical], _world_region_of().get(canonical), is_country=True)


def canonical_code(label: str) -> str:
    """Kaldor's code for a publisher's region label: an alias is replaced, every other label stays as it is."""
    return _declared().aliases.get(label, label)


def code_meant(written: str) -> str:
    """The code of a country that is written by its name ("Poland", "Korea (Rep. of)") or an alias; else as it is."""
    code = canonical_code(written)
    return code if is_known(code) else _codes_by_name().get(_plain_name(written), code)


def codes_in(labels: Iterable[str]) -> dict[str, str]:
    """Kaldor's code for every label of one column: codes of three or two letters, aliases, names.

    Two letters are a country only where the column holds no country's three: beside DEU, 'NA' is not Namibia.
    What means no country stays as it is.
    """
    distinct = set(labels)
    by_three = any(label in _countries() for label in distinct)
    return {label: code_meant(label if by_three and len(label) == 2 else code_of(label)) for label in distinct}


def country_of_two(label: str) -> str:
    """The code of the country that two letters name (EL is GRC); "" where they name none."""
    code = code_of(label)
    return code if len(label) == 2 and is_known(code) else ""


def code_of(label: str) -> str:
    """Kaldor's code for a region that a publisher names by two letters (DE is DEU; Eurostat's EL is GRC) or by three.

    Declared exceptions come first (FIGW1 is ROW); what is no country, such as a state (US-GA), stays as it is.
    """
    two = {**_two_letters(), **_declared().two_letters}
    return canonical_code(two.get(label, label))


def is_known(code: str) -> bool:
    """Whether a code is an ISO3 code, a declared exception or an alias of one."""
    canonical = canonical_code(code)
    return canonical in _declared().exceptions or canonical in _countries()


def region_name(code: str) -> str:
    """A name to print for a region: its country name, or the label itself where no country has it."""
    return region(code).name if is_known(code) else code


def income_group(iso3: str, year: int) -> IncomeGroup | None:
    """The World Bank income group that a country's income per head of calendar `year` put it in.

    The World Bank's fiscal year FYnn classifies on calendar year nn − 2: Poland's 2009 is its FY11. None where the
    World Bank gives none: outside 1987–2024, before a country was classified, while it is suspended, rest of world.
    Raises UnknownLabelError. Source: World Bank, historical classification by income (OGHIST).
    """
    return _spells().get(region(iso3).code, {}).get(year)


def parse_spells(text: str) -> dict[int, IncomeGroup]:
    """Income group by year from compact spells such as "UM 1996-2008, H 2009-2024". Raises ValueError."""
    groups: dict[int, IncomeGroup] = {}
    for spell in text.split(","):
        match = _SPELL.fullmatch(spell.strip())
        years = range(int(match["first"]), int(match["last"] or match["first"]) + 1) if match else range(0)
        if match is None or not years or groups.keys() & set(years):
            raise ValueError(f"'{spell.strip()}' is not a spell such as 'UM 1996-2008', or overlaps another")
        groups |= dict.fromkeys(years, cast(IncomeGroup, match["group"]))
    return groups


def all_codes() -> tuple[str, ...]:
    """Every ISO3 code and every declared exception."""
    return (*_countries(), *_declared().exceptions)


@cache
def _declared() -> _Declared:
    return read_packaged(_Declared, "kaldor.atlas", "regions.toml")


@cache
def _spells() -> dict[str, dict[int, IncomeGroup]]:
    try:
        return {code: parse_spells(text) for code, text in _declared().income.items()}
    except ValueError as error:
        raise InputError(Problem("regions.toml, income", f"{error}.")) from None


@cache
def _countries() -> dict[str, str]:
    return {c.alpha_3: cast(str, getattr(c, "common_name", c.name)) for c in pycountry.countries}


@cache
def _codes_by_name() -> dict[str, str]:
    """Codes by the country's name, as Kaldor prints it, as ISO and as other publishers write it; `_plain_name`s.

    A plain name that would be two countries' ("Rest of Africa" is two declared exceptions') is nobody's.
    """
    names = [(getattr(c, kind), c.alpha_3) for kind in ("name", "official_name", "common_name")
             for c in pycountry.countries if hasattr(c, kind)]  # fmt: skip
    meant: dict[str, set[str]] = {}
    for name, code in [*names, *_declared().names.items(), *((n, c) for c, n in _declared().exceptions.items())]:
        meant.setdefault(_plain_name(name), set()).add(code)
    return {name: min(codes) for name, codes in meant.items() if len(codes) == 1}


def _plain_name(name: str) -> str:
    """A name's words in small letters, without accents, in alphabetic order: 'korea republic' of 'Korea (Rep. of)'."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    words = re.findall(r"[^\W_]+", re.sub("['\u2019]", "", bare.casefold()))
    whole = (_SHORTENED.get(word, word) for word in words)
    return " ".join(sorted(word for word in whole if word))


@cache
def _two_letters() -> dict[str, str]:
    return {c.alpha_2: c.alpha_3 for c in pycountry.countries}


@cache
def _world_region_of() -> dict[str, str]:
    return {code: name for name, codes in _declared().world_regions.items() for code in codes}
