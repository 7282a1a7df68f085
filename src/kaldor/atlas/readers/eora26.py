"""Eora26: matrices without labels (tab between cells) and label files, a zip or folder a year.

Eora26_YYYY_bp_T.txt (industries by industries), _FD (industries by final demand), _VA (primary inputs by industries),
_Q and _QY (satellites by industries and by final demand); labels_T.txt and labels_FD.txt (country, code, kind, name),
labels_VA.txt (kind, name), labels_Q.txt (what, by which source), in the same zip or in indices.zip beside it. pp in
place of bp is purchasers' prices. Source of the layout: Eora, "Eora26 simplified MRIO" and its structure workbook
(worldmrio.com/eora26).

The region ROW has one sector, TOTAL, in which Eora books what does not balance. It is no country and no industry, so
it is left out of Z and Y; what is sold to it stays in output, which is the sum of a row of the files, so that the
economy carries it as the discrepancy. A ROW with all 26 sectors is a region like any other. Eora states no output of
its own. Its matrices carry no labels: rows out of order are seen only where sums of rows and of columns then differ by
more than Eora's own imbalance.

The full Eora has another number of sectors in each country, which no table of regions by sectors can hold: it is
refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.classifications import Classification, classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.ielab import country_codes, demand_code, sector_code, slug, unique
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.matrix_text import MOST_LINE_BYTES, read_matrix
from kaldor.atlas.readers.parts import Part, parts_beside, parts_of
from kaldor.errors import InputError, Problem

VERSION = 1
UNIT = "thousand USD"
SOURCE = "eora26"
DISCREPANCY = "ROW"
"""The region whose one sector is no industry but what does not balance."""

MOST_GAP = 0.25
"""The largest share of world output by which sums of rows and columns may differ before a year counts as mixed up."""

PRICES = {"bp": "basic prices", "pp": "purchasers' prices"}

_FILE = re.compile(r"Eora26_((?:19|20)\d\d)_(bp|pp)_(T|FD|VA|Q|QY)\.txt", re.IGNORECASE)
_LOOSE = re.compile(r"Eora26_.*_(T|FD|VA|Q|QY)\.txt", re.IGNORECASE)
_FULL = re.compile(r"(Eora_.*_bp_T\.txt|index_t\.csv|\d{8}_(Global|Mother)_AllCountries_.*T-Results.*)", re.IGNORECASE)
_LABELS = ("labels_T.txt", "labels_FD.txt", "labels_VA.txt", "labels_Q.txt")
_NEEDED = ("T", "FD", "VA", "Q", "QY")
_YEAR_PLACE = re.compile(r"Eora26_((?:19|20)\d\d)_(?:bp|pp)", re.IGNORECASE)
_UNIT = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True)
class Axes:
    """What the label files say: a name on every row and column of the matrices, those of the discrepancy included."""

    industries: tuple[tuple[str, str], ...]
    demands: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]
    satellites: tuple[tuple[str, str], ...]

    @property
    def discrepancy(self) -> str | None:
        """The region that is no region, if the table has it: ROW with one sector on the last row. Else None."""
        last = [label for label in self.industries if label[0] == DISCREPANCY]
        return DISCREPANCY if len(last) == 1 and last[0] == self.industries[-1] else None


def _sees(download: Download) -> Seen | None:
    names = [part.file for part in _parts(download)]
    found = [match for name in names if (match := _FILE.fullmatch(name))]
    if found:
        years = sorted({match[1] for match in found})
        price = PRICES[found[0][2].lower()]
        span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
        return Seen(f"Eora26, {price}, {span}", SOURCE)
    if any(_LOOSE.fullmatch(name) for name in names):
        return Seen("Eora26 with names that say no year", SOURCE)
    if any(_FULL.fullmatch(name) for name in names):
        return Seen("the full Eora, with unequal sectors", SOURCE)
    return None


def read(download: Download, declared: Classification | None) -> EconomyContents:
    """Read the label files and find each year's matrices; `load` of the result reads one year.

    Raises InputError with every problem: files missing, a year or price twice, labels that do not form countries by
    the same sectors (with advice for the full Eora), label files of the years that differ.
    """
    parts = _parts(download)
    years = _by_year(parts, download)
    labels = {year: _labels_of(files, parts, download) for year, files in years.items()}
    first = min(years)
    axes = labels[first]
    problems = [
        Problem(f"{download.path.name}, {year}", f"the labels are not those of {first}.", "Add these years apart.")
        for year in sorted(years)
        if labels[year] != axes
    ]
    if problems:
        raise InputError(problems)
    label_files = [part for part in parts if part.file.lower() in {name.lower() for name in _LABELS}]
    kinds = declared or classification(Catalogue.load().source(SOURCE).classification)
    countries, sectors = _grid(axes.industries, axes.discrepancy, "industries", f"{download.path.name}/labels_T.txt")
    buyers, demands = _grid(axes.demands, axes.discrepancy, "final demand", f"{download.path.name}/labels_FD.txt")
    if buyers != countries:
        odd = ", ".join(sorted(set(buyers) ^ set(countries))[:5]) or "the order differs"
        raise InputError(Problem(f"{download.path.name}/labels_FD.txt", f"its countries are not those of T ({odd})."))
    codes = [sector_code(sector, kinds) for sector in sectors]
    names = {sector.code: sector.name for sector in kinds.sectors}
    return EconomyContents(
        regions={"region": country_codes(countries), "label": countries},
        sectors={"code": tuple(codes), "name": tuple(names.get(c, s) for c, s in zip(codes, sectors, strict=True))},
        final_demand={"code": tuple(map(demand_code, demands)), "name": demands},
        extensions=_extensions(axes),
        years=tuple(sorted(years)),
        load=lambda year: _load(years[year], axes),
        files=tuple(
            dict.fromkeys(part.path for year in sorted(years) for part in (*years[year].values(), *label_files))
        ),
        unit=UNIT,
        notes=_notes(
            axes,
            next(iter(years[first].values())).file,
            [s for c, s in zip(codes, sectors, strict=True) if c not in names],
        ),
    )


def _parts(download: Download) -> tuple[Part, ...]:
    own = parts_of(download, ("eora*.zip", "indices.zip"))
    mine = download.is_zip and any(_LOOSE.fullmatch(part.file) for part in own)
    return (*own, *parts_beside(download, ("indices.zip",))) if mine else own


def _by_year(parts: Sequence[Part], download: Download) -> dict[int, dict[str, Part]]:
    """The matrices of each year by what they hold. Raises InputError where one is missing or twice, or prices mix."""
    where = download.path.name
    if not any(_LOOSE.fullmatch(part.file) for part in parts):
        what = "is the full Eora, whose countries have sectors of their own, unequal in number."
        remedy = "Download Eora26 (26 sectors in every country) in its place; Kaldor's tables are regions by sectors."
        raise InputError(Problem(where, what, remedy))
    years: dict[int, dict[str, Part]] = {}
    prices: set[str] = set()
    problems = []
    span = Catalogue.load().source(SOURCE).years or (0, 9999)
    for part in parts:
        match = _FILE.fullmatch(part.file)
        if match is None and _LOOSE.fullmatch(part.file):
            problems.append(Problem(part.where, "the name does not say one year.", "Keep the publisher's file name."))
        if match is None:
            continue
        year, price, kind = int(match[1]), match[2].lower(), match[3].upper()
        if not span[0] <= year <= span[1]:
            what = f"the name says {year}, but Eora26 has {span[0]} to {span[1]}."
            problems.append(Problem(part.where, what, "Keep the publisher's file name."))
        place = _YEAR_PLACE.fullmatch(part.holder)
        if place and int(place[1]) != year:
            what = f"the name says {year}, but it lies in {part.holder}."
            problems.append(Problem(part.where, what, "Find out which is right: download the year again."))
        if kind in years.setdefault(year, {}):
            other = years[year][kind].where
            problems.append(Problem(part.where, f"{year} is also in {other}.", "Keep one year and one price of each."))
        years[year][kind] = part
        prices.add(price)
    if len(prices) > 1:
        problems.append(Problem(where, "holds basic and purchasers' prices.", "Add one of them at a time."))
    for year, files in years.items():
        for kind in _NEEDED:
            if kind not in files:
                name = f"Eora26_{year}_{min(prices)}_{kind}.txt"
                problems.append(Problem(f"{where}/{name}", "the file is missing.", "Download the year again."))
    if problems:
        raise InputError(problems)
    return years


def _labels_of(files: Mapping[str, Part], parts: Sequence[Part], download: Download) -> Axes:
    """The labels of one year: from its own zip or folder, else from wherever the download has them."""
    home = files["T"]
    folder = home.name.rpartition("/")[0]
    texts: dict[str, list[list[str]]] = {}
    problems = []
    for name in _LABELS:
        found = [part for part in parts if part.file.lower() == name.lower()]
        near = [p for p in found if p.download is home.download and p.name.rpartition("/")[0] == folder]
        if not found:
            remedy = "Put indices.zip of the same page beside the year's zip."
            problems.append(Problem(f"{download.path.name}/{name}", "the file is missing.", remedy))
            continue
        part = (near or found)[0]
        least = 4 if name in ("labels_T.txt", "labels_FD.txt") else 2
        texts[name] = [[c.strip() for c in line.split("\t")] for line in part.text().splitlines() if line.strip()]
        for number, cells in enumerate(texts[name], 1):
            if len([c for c in cells if c]) < least:
                what = f"{len([c for c in cells if c])} labels, expected {least} with a tab between them."
                problems.append(Problem(f"{part.where}, line {number}", what, "Download the file again."))
        if not texts[name]:
            problems.append(Problem(part.where, "the file is empty.", "Download the file again."))
    if problems:
        raise InputError(problems)
    return Axes(
        industries=tuple((cells[1], cells[3]) for cells in texts["labels_T.txt"]),
        demands=tuple((cells[1], cells[3]) for cells in texts["labels_FD.txt"]),
        inputs=tuple(cells[1] for cells in texts["labels_VA.txt"]),
        satellites=tuple((cells[0], cells[1]) for cells in texts["labels_Q.txt"]),
    )


def _grid(
    labels: Sequence[tuple[str, str]], besides: str | None, kind: str, where: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The countries and the names that each of them has, `besides` one. Raises InputError where countries differ."""
    kept = [label for label in labels if label[0] != besides]
    first = tuple(dict.fromkeys(first for first, _ in kept))
    second = tuple(dict.fromkeys(second for _, second in kept))
    if kept == [(a, b) for a in first for b in second] and kept:
        return first, second
    counts = Counter(first for first, _ in kept)
    if len(set(counts.values())) > 1:
        least, most = counts.most_common()[-1], counts.most_common(1)[0]
        what = f"{least[0]} has {least[1]} {kind} and {most[0]} has {most[1]}."
        remedy = (
            "Kaldor's tables have the same sectors everywhere. If this is the full Eora, download Eora26 in its place; "
            "if it is Eora26, download it again."
        )
        raise InputError(Problem(where, what, remedy))
    repeated = [label for label, count in Counter(kept).items() if count > 1]
    what = f"'{' / '.join(repeated[0])}' stands twice." if repeated else f"countries differ in the order of {kind}."
    raise InputError(Problem(where, what, "Download the file again."))


def _extensions(axes: Axes) -> tuple[ExtensionEntry, ...]:
    """Satellites, named with their source and without their unit, then primary inputs."""
    names = []
    for what, source in axes.satellites:
        plain = re.sub(r"\s+", " ", _UNIT.sub("", what, count=1)).strip()
        names.append((plain if source.lower() == "total" else f"{plain}, {source}", _UNIT.search(what)))
    ids = unique([slug(name) for name, _ in names] + [f"input-{slug(name)}" for name in axes.inputs])
    units = [match[1].strip() if match else "" for _, match in names] + [UNIT] * len(axes.inputs)
    titles = [name for name, _ in names] + list(axes.inputs)
    return tuple(
        ExtensionEntry(id=id, name=name, unit=unit, status="estimated")
        for id, name, unit in zip(ids, titles, units, strict=True)
    )


def _notes(axes: Axes, file: str, strangers: Sequence[str]) -> tuple[str, ...]:
    notes = ["Output is not published: it is the sum of a row, sales to the discrepancy included."]
    if axes.discrepancy:
        notes.append(
            "The region ROW with its one sector TOTAL, in which Eora books what does not balance, is left out of flows "
            "and final demand. Sales to it are the discrepancy; purchases from it are in no input, so in value added."
        )
    if "_pp_" in file.lower():
        notes.append("Purchasers' prices: trade and transport margins and taxes are in the flows.")
    if strangers:
        notes.append(f"Sectors that no group of the classification knows: {', '.join(strangers)}.")
    return tuple(notes)


def _load(files: Mapping[str, Part], axes: Axes) -> YearArrays:
    n, m, k, v = (len(labels) for labels in (axes.industries, axes.demands, axes.satellites, axes.inputs))
    shapes = {"T": (n, n), "FD": (n, m), "VA": (v, n), "Q": (k, n), "QY": (k, m)}
    found: dict[str, NDArray[np.float64]] = {}
    problems: list[Problem] = []
    for kind, shape in shapes.items():
        try:
            found[kind] = _matrix(files[kind], shape)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    output = found["T"].sum(axis=1) + found["FD"].sum(axis=1)
    industry = np.array([region != axes.discrepancy for region, _ in axes.industries])
    bought = found["T"].sum(axis=0) + found["VA"].sum(axis=0)
    _refuse_imbalance(output[industry], bought[industry], files["T"].where)
    demand = np.array([region != axes.discrepancy for region, _ in axes.demands])
    return YearArrays(
        Z=found["T"][np.ix_(industry, industry)],
        Y=found["FD"][np.ix_(industry, demand)],
        x=output[industry],
        F=np.concatenate([found["Q"], found["VA"]])[:, industry],
        F_Y=np.concatenate([found["QY"], np.zeros((v, m))])[:, demand],
    )


def _refuse_imbalance(output: NDArray[np.float64], bought: NDArray[np.float64], where: str) -> None:
    gap, total = float(np.abs(output - bought).sum()), float(output.sum())
    if not gap <= MOST_GAP * total:
        what = f"sums of rows and of columns (with primary inputs) differ by {gap:,.0f} of {total:,.0f} {UNIT}."
        remedy = "The matrices are damaged, mixed up or of different years: download the year again."
        raise InputError(Problem(where, what, remedy))


def _matrix(part: Part, shape: tuple[int, int]) -> NDArray[np.float64]:
    with part.open() as stream:
        line = stream.readline(MOST_LINE_BYTES)
    if line.strip() and shape[1] > 1 and b"\t" not in line:
        raise InputError(Problem(f"{part.where}, line 1", "cells are expected with a tab between them."))
    with part.open() as stream:
        values = read_matrix(stream, part.where, header_rows=0, label_columns=0, delimiter="\t").values
    if values.shape != shape:
        what = (
            f"has {values.shape[0]:,} rows of {values.shape[1]:,} cells; the labels give {shape[0]:,} of {shape[1]:,}."
        )
        raise InputError(Problem(part.where, what, "It may be cut off, or the labels are of another release."))
    return values


LAYOUT = Layout("eora26", "economy", VERSION, _sees, read, marks=("Eora26_*.txt", *_LABELS))
