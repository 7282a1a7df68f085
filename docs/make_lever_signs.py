"""Writes docs/reference/lever-signs.md: what every lever does to every outcome, in which worlds, and why.

`./run python docs/make_lever_signs.py --store FOLDER`, with the World Input-Output Database (dataset wiod2013) and the
extensions named by `--with` in the store; without it the part of the starter world alone is made. Every sign needs a
reason in docs/lever_signs.toml: where one has none, or a reason is never needed, they are listed and no page is
written. Some twenty minutes of one core, of which the starter world takes one.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from itertools import combinations, groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from lever_signs import COUNTRIES, NOBODY, OWN, PARTNERS, Found, World, cases, found_of

from kaldor.economy.economy import Economy
from kaldor.economy.opening import STARTER, open_table
from kaldor.errors import KaldorError
from kaldor.twin.twin import Twin

PAGE = Path(__file__).parent / "reference" / "lever-signs.md"
REASONS = Path(__file__).with_suffix("").with_name("lever_signs.toml")
TABLES = {STARTER: "starter", "wiod2013": "WIOD"}
_TITLES = {id: id.replace("-", " ").replace("gdp", "GDP").replace("co2", "CO₂") for id in OWN}
_PARTNER_WORDS = dict(zip(PARTNERS, ("low", "lower-middle", "upper-middle", "high", "rest"), strict=True))
_MOST = 3  # conditions that a cell names before it counts worlds instead
_SMALL = 0.001
_NO_BALANCE = "scenario: has no balance where prices respond: "
_Term = tuple[tuple[str, ...], tuple[str, ...]]  # names of a world's choices, and what they are

INTRODUCTION = """# Signs of every lever

What does each lever do to each outcome where prices respond, and why? Made by `docs/make_lever_signs.py`, read line by
line; reasons are declared in `docs/lever_signs.toml`, and the command writes no page while a sign has none.

Each lever acts in one country, with its own targets and figures: weak (a tenth of its default), at its default and at
its strongest, in {worlds} worlds each: three sets of elasticities (low, central, long), each with its own closures and
with each closure of labour (full employment, supply), capital (by industry, mobile) and lending (pooled,
fixed) changed alone; levers of sourcing for each reason why buyers turn (real cost, tariff, taste). What these words
mean stands in [equilibrium](../methods/equilibrium.md) and [scenarios whose prices
respond](../methods/prices-respond.md). Blocs are those of `docs/lever_signs.py`.

**A cell** gives the change in the central set, at the default strength and with a real cost where buyers turn; after
the semicolon stand the other signs and where they are found ("5 of 33": in no worlds that two words would name).
Without any, the sign is the same in all worlds. Money is in % of the country's final spending (of partners: of
theirs), everything else in % of itself. Partners stand by income group, low-income countries first; "rest" has none.
Levers whose cost nobody could state show their gain alone.
"""


# -- words of a cell ---------------------------------------------------------------------------------------------------


def cell(found: Sequence[Found]) -> str:
    """The central change and where the sign is another; why there is none."""
    known = [one for one in found if one.change is not None]
    if not known:
        return "none" if all(one.note == NOBODY for one in found) else "not modelled"
    usual = next((one for one in known if _is_usual(one.world)), known[0])
    others = sorted({one.sign for one in known} - {usual.sign})
    return "; ".join([_amount(usual.change), *(f"{sign} ({_where(known, sign)})" for sign in others)])


def _is_usual(world: World) -> bool:
    return astuple(world) in {
        ("default", "central", "full-employment", "by-industry", "pooled", why) for why in ("", "real-cost")
    }


def _amount(change: float | None) -> str:
    assert change is not None
    size = f"{abs(change):.2g}" if abs(change) < 100 else f"{abs(change):.0f}"
    if abs(change) < _SMALL:
        size = f"<{_SMALL:g}"
    return "0" if change == 0 else f"{'+' if change > 0 else '−'}{size}"


def _where(known: Sequence[Found], sign: str) -> str:
    """The worlds with a sign, by a few of the words that name them; else how many they are."""
    left = there = {one.world for one in known if one.sign == sign}
    elsewhere = {one.world for one in known} - there
    terms = {
        (names, tuple(getattr(world, name) for name in names)): count
        for count in (1, 2)
        for names in combinations([one.name for one in fields(World)], count)
        for world in there
    }
    pure = {term for term in terms if not any(_holds(term, world) for world in elsewhere)}
    named: list[tuple[str, ...]] = []
    while left and pure and len(named) < _MOST:
        best = max(sorted(pure), key=lambda term: (sum(_holds(term, world) for world in left), -terms[term]))
        left = {world for world in left if not _holds(best, world)}
        named.append(best[1])
    return f"{len(there)} of {len(known)}" if left else " or ".join(" with ".join(words) for words in named)


def _holds(term: _Term, world: World) -> bool:
    return all(getattr(world, name) == value for name, value in zip(*term, strict=True))


# -- reasons -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reason:
    """Why an outcome of some kinds of lever has a sign."""

    of: tuple[str, ...]
    outcome: tuple[str, ...]
    sign: str
    because: str

    def says(self, kind: str, outcome: str, sign: str) -> bool:
        return sign == self.sign and outcome in self.outcome and (kind in self.of or self.of == ("all",))


@dataclass(frozen=True)
class Kind:
    """Levers that work alike."""

    id: str
    title: str
    cases: tuple[str, ...]


def declared() -> tuple[tuple[Kind, ...], tuple[Reason, ...]]:
    """The kinds of lever and the reasons, in the order of the file; the first reason that says a sign is its own."""
    read = tomllib.loads(REASONS.read_text("utf-8"))
    kinds = tuple(Kind(one["id"], one["title"], tuple(one["cases"])) for one in read["kinds"])
    said = (Reason(tuple(one["of"]), tuple(one["outcome"]), one["sign"], one["because"]) for one in read["reasons"])
    return kinds, tuple(said)


def outcome_meant(outcome: str) -> str:
    """The outcome as reasons name it: partners of all income groups alike."""
    return "partners" if outcome in PARTNERS else outcome


Sign = tuple[str, str, str]


def explained(found: Sequence[Found]) -> Mapping[Sign, Reason | None]:
    """Kind, outcome and sign of all that was found, with the reason; None where there is none."""
    kinds, reasons = declared()
    kind_of = {case: kind.id for kind in kinds for case in kind.cases}
    signs = dict.fromkeys(
        (kind_of[one.case], outcome_meant(one.outcome), one.sign) for one in found if one.change is not None
    )
    return {sign: next((one for one in reasons if one.says(*sign)), None) for sign in signs}


# -- the page ----------------------------------------------------------------------------------------------------------


def page(found: Sequence[Found]) -> str:
    """The whole page as Markdown."""
    reasons = explained(found)
    worlds = len({astuple(one.world)[1:5] for one in found if one.world.set})
    parts = [INTRODUCTION.format(worlds=worlds)]
    if {one.table for one in found} == {TABLES[STARTER]}:
        parts.append("Made without the World Input-Output Database: the starter world alone.\n")
    for kind in declared()[0]:
        parts.append(f"## {kind.title}\n")
        for case in kind.cases:
            parts += [f"### {case}\n", *_table([one for one in found if one.case == case])]
        parts += _why(kind, reasons)
    return "\n".join(parts)


def _table(found: Sequence[Found]) -> Iterator[str]:
    titles = ["", *_TITLES.values(), "partners' real income"]
    yield f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}"
    yield from rows(found).values()
    yield ""
    notes = list(_notes(found))
    yield from notes
    if notes:
        yield ""


def _notes(found: Sequence[Found]) -> Iterator[str]:
    """Why outcomes of a case are not known, a line for each reason; worlds of one place differ in figures alone."""
    known = {(*_row(one), one.outcome) for one in found if one.change is not None}
    first: dict[tuple[str, ...], str] = {}
    said: dict[str, dict[tuple[str, ...], dict[str, str]]] = {}
    for one in found:
        if one.change is None and one.outcome in OWN:
            note = one.note.splitlines()[0].rpartition("): ")[2].removeprefix(_NO_BALANCE)
            place = (one.country, one.table, *([one.world.strength] if (*_row(one), one.outcome) in known else []))
            note = first.setdefault((*place, re.sub(r"[\d.]+", "", note)), note)
            said.setdefault(note, {}).setdefault(place, {})[one.outcome] = _TITLES[one.outcome]
    for note, places in said.items():
        told = (" ".join(place if OWN[0] in titles else (*place, *titles.values())) for place, titles in places.items())
        yield f"- {', '.join(told)}: {note}"


def _row(one: Found) -> tuple[str, str, str]:
    return one.case, one.table, one.country


def rows(found: Sequence[Found]) -> dict[tuple[str, str, str], str]:
    """A line of its table for each case, table and country."""
    made = {}
    for key, of_row in groupby(found, key=_row):
        by_outcome = {id: [] for id in (*OWN, *PARTNERS)}
        for one in of_row:
            by_outcome[one.outcome].append(one)
        partners = {id: cell(by_outcome[id]) for id in PARTNERS}
        shown = "<br>".join(f"{_PARTNER_WORDS[id]} {text}" for id, text in partners.items() if text != "none")
        if set(partners.values()) <= {"none", "not modelled"}:
            shown = "not modelled"
        made[key] = f"| {' | '.join([f'{key[2]} {key[1]}', *(cell(by_outcome[id]) for id in OWN), shown])} |"
    return made


def _why(kind: Kind, reasons: Mapping[Sign, Reason | None]) -> Iterator[str]:
    """The reasons of a kind; outcomes with the same ones share a line."""
    said: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for outcome in (*OWN, PARTNERS[0]):
        meant = outcome_meant(outcome)
        own = (
            (sign, one.because) for (of, what, sign), one in reasons.items() if (of, what) == (kind.id, meant) and one
        )
        said.setdefault(tuple(sorted(own)), []).append(_TITLES[outcome] if outcome in OWN else meant)
    for why, outcomes in said.items():
        if why:
            yield f"- **{', '.join(outcomes)}** " + " ".join(f"{sign}: {because}" for sign, because in why)
    yield ""


# -- the command -------------------------------------------------------------------------------------------------------


def found_in(economy: Economy, table: str) -> list[Found]:
    """All that is found on a table, in the order of the page."""
    twin, kinds = Twin(economy), declared()[0]
    known = {case.name: case for case in cases(twin.levers)}
    named = [case for kind in kinds for case in kind.cases]
    if set(named) != set(known) or len(named) != len(known):
        raise SystemExit(f"{REASONS.name}: each lever belongs to one kind: {sorted(set(named) ^ set(known))}")
    return [one for case in named for country in COUNTRIES for one in found_of(twin, country, known[case], table)]


def economies(chosen: argparse.Namespace) -> Iterator[tuple[str, Economy]]:
    """The tables that are there."""
    from kaldor.atlas.store import Store

    yield TABLES[STARTER], Economy.from_published(open_table(STARTER))
    if chosen.store is None:
        return
    try:
        table = open_table("wiod2013", chosen.year, chosen.attached, store=Store(chosen.store))
    except KaldorError as reason:
        print(f"The starter world alone: {reason}")
        return
    yield TABLES["wiod2013"], Economy.from_published(table)


def main() -> None:
    """Write the page, or list what no reason explains and what no sign needs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=None)
    parser.add_argument("--year", type=int, default=2009)
    parser.add_argument("--with", dest="attached", nargs="*", default=["jrc_wiod_co2", "wiod2013_labour"])
    made = [(table, found_in(economy, table)) for table, economy in economies(parser.parse_args())]
    by_case = [
        one
        for case in (c for kind in declared()[0] for c in kind.cases)
        for _, found in made
        for one in found
        if one.case == case
    ]
    write(by_case, complete=len(made) == len(TABLES))


def write(found: Sequence[Found], *, complete: bool) -> None:
    """Write the page unless a sign has no reason; of a complete one, unless a reason is never needed."""
    reasons = explained(found)
    wrong = [f"no reason: {' | '.join(sign)}" for sign, reason in reasons.items() if reason is None]
    if complete:
        wrong += [f"never needed: {one.because}" for one in declared()[1] if one not in reasons.values()]
    if wrong:
        raise SystemExit("\n".join(wrong))
    PAGE.write_text(page(found), "utf-8")


if __name__ == "__main__":
    main()
