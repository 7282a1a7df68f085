"""Which column of an SDMX-CSV file is what: dimensions, attributes, labels beside codes, regions, their countries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kaldor.atlas.readers.csv_text import code_before_label
from kaldor.atlas.readers.text_table import TextTable
from kaldor.atlas.regions import codes_in, is_known
from kaldor.errors import InputError, Problem

REQUIRED = ("TIME_PERIOD", "OBS_VALUE")
REGIONS = ("REF_AREA", "GEO", "LOCATION", "COUNTRY", "COU", "REPORTER")
SECTORS = ("ACTIVITY", "NACE_R2", "IND", "INDUSTRY", "PROD_NA", "CPA2_1", "PRODUCT", "SECTOR")
UNITS = ("UNIT_MEASURE", "UNIT")
PARENTS = ("COUNTRY", "COU", "PARENT_AREA")
"""Columns that may say to which country a region of REF_AREA belongs."""

_SYSTEM = ("DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "LAST UPDATE", "FREQ")
_ATTRIBUTES = ("OBS_STATUS", "OBS_FLAG", "UNIT_MULT", "DECIMALS", "CONF_STATUS", "COMMENT", "COMMENT_OBS", "BASE_PER")


@dataclass(frozen=True)
class Columns:
    """The columns of one file by what they hold; "" where it has none.

    `dimensions` are those that only an indicator's name can keep apart; `parent` names the country of a region's row.
    """

    region: str
    parent: str
    sector: str
    unit: str
    named: Mapping[str, str]
    dimensions: tuple[str, ...]

    def of(self, *names: str) -> str:
        """The first of some columns that the file has, by their names in capitals; "" where it has none."""
        return next((self.named[name] for name in names if name in self.named), "")


def columns_of(table: TextTable) -> Columns:
    """What the columns of a file hold. Raises InputError where times, values or countries are in none."""
    labels = _labels(table)
    named = {code_before_label(column).upper(): column for column in table.columns if column not in labels}
    where = f"{table.where}, line 1"
    problems = [Problem(where, f"column '{column}' is missing.") for column in REQUIRED if column not in named]
    region = next((named[name] for name in REGIONS if name in named), "")
    if not region:
        expected = f"Expected one of {', '.join(REGIONS)}."
        problems.append(Problem(where, "no column is known to hold countries.", expected))
    if problems:
        raise InputError(problems)
    parent = next((named[name] for name in PARENTS if name in named and named[name] != region), "")
    if parent and not _is_parent(codes(table, region), codes(table, parent)):
        parent = ""
    sector, unit = (next((named[name] for name in known if name in named), "") for known in (SECTORS, UNITS))
    taken = {region, parent, sector, unit}
    outside = {*_SYSTEM, *_ATTRIBUTES, *REQUIRED}
    dimensions = tuple(column for name, column in named.items() if name not in outside and column not in taken)
    return Columns(region, parent, sector, unit, named, dimensions)


def codes(table: TextTable, column: str) -> Sequence[str]:
    """A column's codes, without the labels behind them; empty texts where there is no such column."""
    if not column:
        return ("",) * len(table)
    texts = table.texts(column)
    short = {text: code_before_label(text) for text in set(texts)}
    return tuple(map(short.__getitem__, texts))


def _labels(table: TextTable) -> set[str]:
    """The columns that hold labels of the codes in the column before them, as 'Reference area' beside REF_AREA.

    Such a column's name is in words, its neighbour's is a code, and each code has one label.
    """
    names = list(table.columns)
    found = set()
    for code, label in pairwise(names):
        worded = label != label.upper() and label != label.lower()
        coded = re.fullmatch(r"[A-Z0-9_]+|[a-z0-9_]+", code)
        if worded and coded and (code.upper() in REQUIRED or _one_each(table.texts(code), table.texts(label))):
            found.add(label)
    return found


def _one_each(keys: Sequence[str], values: Sequence[str]) -> bool:
    """Whether every key stands with one value only."""
    pairs = set(zip(keys, values, strict=True))
    return len(pairs) == len({key for key, _ in pairs})


def _is_parent(regions: Sequence[str], parents: Sequence[str]) -> bool:
    """Whether one column names the country of another's regions: one each, and a country's own is itself."""
    region_codes, parent_codes = codes_in(regions), codes_in(parents)
    pairs = {(region_codes[a], parent_codes[b]) for a, b in zip(regions, parents, strict=True) if b}
    countries = all(is_known(parent) for _, parent in pairs)
    return _one_each(regions, parents) and countries and all(a == b for a, b in pairs if is_known(a))
