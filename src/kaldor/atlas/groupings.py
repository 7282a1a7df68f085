"""Concordances of regions that need no file: a bloc, income groups, world regions, the states of a period.

"EU@2009" makes one region of the members of 2009; "income groups@2009" and "world regions" make one of each group;
"states@1990-2011" adds successors up to the old state. What belongs to no group stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kaldor.atlas.blocs import bloc, blocs
from kaldor.atlas.concordance import Concordance, merging
from kaldor.atlas.countries import succession
from kaldor.atlas.regions import INCOME_GROUP_NAMES, canonical_code, income_group, is_known, region
from kaldor.errors import InputError, Problem, UnknownLabelError

INCOME, WORLD, STATES = "income groups", "world regions", "states"

_NAME = re.compile(r"(?P<name>[^@]+?)(@(?P<first>[0-9]{4})(-(?P<last>[0-9]{4}))?)?")


def is_grouping(text: str) -> bool:
    """Whether a text names a grouping, rather than a file."""
    match = _NAME.fullmatch(text)
    return match is not None and match["name"] in grouping_names()


def grouping_names() -> tuple[str, ...]:
    """What may be named, before the year."""
    return (INCOME, WORLD, STATES, *(one.id for one in blocs()))


def period_of(text: str) -> tuple[int, int] | None:
    """The years of "states@1990-2011"; None where another grouping is named."""
    match = _parsed(text)
    return (int(match["first"]), int(match["last"])) if match["name"] == STATES else None


def grouping(text: str, codes: Sequence[str], years: Sequence[int]) -> Concordance:
    """The concordance that a text names, for the regions `codes` of a dataset with these `years`.

    Without a year that of the dataset is taken where it has only one. Raises UnknownLabelError for a name that nobody
    knows, InputError where the year is missing or nothing would be joined.
    """
    match = _parsed(text)
    name = match["name"]
    if name == STATES:
        return succession(codes, int(match["first"]), int(match["last"]))
    if name == WORLD:
        return _by_group(codes, lambda code: region(code).world_region, "world regions of the World Bank")
    year = _year(text, match["first"], years)
    if name == INCOME:
        origin = f"World Bank income groups of {year}"
        return _by_group(codes, lambda code: _income(code, year), origin)
    inside = [code for code in codes if canonical_code(code) in bloc(name).members(year)]
    if not inside:
        what = f"no region of the dataset was a member at the end of {year}."
        raise InputError(Problem(text, what, f"{bloc(name).name} began in {bloc(name).began}."))
    told = f"{bloc(name).name} at the end of {year} ({', '.join(inside)}; {bloc(name).source})"
    return merging({name: inside}, codes, told)


def _by_group(codes: Sequence[str], group_of: Callable[[str], str | None], origin: str) -> Concordance:
    groups: dict[str, list[str]] = {}
    apart = []
    for code in codes:
        group = group_of(code) if is_known(code) else None
        groups.setdefault(group, []).append(code) if group else apart.append(code)
    if not groups:
        raise InputError(Problem(origin, "no region of the dataset is in any group."))
    told = f"; in no group and left as they are: {', '.join(apart)}" if apart else ""
    return merging(groups, codes, origin + told)


def _income(code: str, year: int) -> str | None:
    group = income_group(code, year)
    return INCOME_GROUP_NAMES[group] if group else None


def _parsed(text: str) -> re.Match[str]:
    match = _NAME.fullmatch(text)
    if match is None or match["name"] not in grouping_names():
        name = match["name"] if match else text
        remedy = "A file of your own is a path that ends in .csv."
        raise UnknownLabelError("grouping of regions", name, grouping_names(), remedy=remedy)
    if match["name"] == STATES and match["last"] is None:
        raise InputError(Problem(text, "names no two years.", "Write states@1990-2011."))
    if match["name"] != STATES and match["last"] is not None:
        raise InputError(Problem(text, "names two years.", f"Write one: {match['name']}@{match['first']}."))
    return match


def _year(text: str, given: str | None, years: Sequence[int]) -> int:
    if given is not None:
        return int(given)
    if len(years) == 1:
        return years[0]
    what = f"names no year, and the dataset has {len(years)}."
    raise InputError(Problem(text, what, f"Say by which year to group: {text}@{max(years)}."))
