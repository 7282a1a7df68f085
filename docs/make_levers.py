"""Writes docs/reference/levers.md from the levers' declarations: `./run python docs/make_levers.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kaldor.atlas.classifications import classification
from kaldor.economy.starter import starter_world
from kaldor.framework import load_framework
from kaldor.twin.declared import packaged_levers
from kaldor.twin.lever import HONESTY, Assumption, Cost, Evidence, Lever

PAGE = Path(__file__).parent / "reference" / "levers.md"

INTRODUCTION = """# Levers

A lever is something that a government or a firm can do. Each is declared in TOML under `kaldor/twin/levers` with the
priority of the [framework](framework.md) that it carries out, and acts by one small function of `kaldor.twin.acts` on
technology, on sourcing, on final use, on intensities or on what industries pay per unit of output. This page is made
from the declarations by `docs/make_levers.py`.

Levers act in the order of the scenario, each on what those before it left; taxes and premiums are laid on what is
bought in the end. Every figure can be typed anew in a scenario, within its range. Declared prices are brought to those
of the table's year, typed ones stand there ([units and prices](../methods/units-and-prices.md)). A cost without an
amount is not modelled.
"""


@dataclass(frozen=True)
class Table:
    """What an economy carries, in the words of a lever's needs."""

    name: str
    extensions: Collection[str]
    groups: Collection[str]

    def lacks(self, lever: Lever) -> list[str]:
        """The needs of a lever that the table does not meet, in words."""
        known = {"extension": self.extensions, "group": self.groups}
        pairs = [need.partition(":") for need in lever.needs]
        return [f"{kind} `{name}`" for kind, _, name in pairs if name not in known[kind]]


def tables() -> tuple[Table, ...]:
    """The economies that the page speaks of."""
    wiod, starter = classification("wiod35"), starter_world()
    return (
        Table("WIOD 2013 with CO2 accounts", {"co2"}, {*wiod.groups, *wiod.codes}),
        Table("the starter world", {e.id for e in starter.extensions}, {*starter.sector_groups, *starter.sectors}),
    )


def levers_page() -> str:
    """The whole page as Markdown."""
    levers = packaged_levers()
    parts = [INTRODUCTION, _classes(levers), _live(levers)]
    for challenge in load_framework().challenges:
        of_challenge = [lever for lever in levers.values() if lever.challenge == challenge.id]
        parts += [f"## {challenge.title}\n", *(_section(lever) for lever in of_challenge)]
    return "\n".join(parts)


def _classes(levers: Mapping[str, Lever]) -> str:
    lines = ["| honesty class | what it means | levers |", "|---|---|--:|"]
    for name, meaning in HONESTY.items():
        count = sum(lever.honesty == name for lever in levers.values())
        lines.append(f"| {name} | {meaning} | {count} |")
    return "\n".join([*lines, f"| all | | {len(levers)} |", ""])


def _live(levers: Mapping[str, Lever]) -> str:
    known = tables()
    head = ["lever", "class", "strength", *(table.name for table in known)]
    lines = ["## Where each is live\n", f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for lever in levers.values():
        row = [f"[{lever.id}](#{lever.id})", lever.honesty, _range(lever), *(_state(lever, table) for table in known)]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join([*lines, ""])


def _state(lever: Lever, table: Table) -> str:
    if lever.function is None:
        return "cost and reach"
    lacking = table.lacks(lever)
    return f"lacks {', '.join(lacking)}" if lacking else "live"


def _section(lever: Lever) -> str:
    return "\n".join(
        [
            f"({lever.id})=",
            f"### {lever.title}\n",
            f"{lever.summary}\n",
            *_facts(lever),
            "",
            *(_figures(lever.figures) if lever.figures else []),
        ]
    )


def _facts(lever: Lever) -> Iterator[str]:
    parameter, (soonest, latest) = lever.parameter, lever.years_to_effect
    priority = load_framework().priority(lever.priority)
    yield f"- **Id** `{lever.id}`, {lever.honesty}" + (f", acts by `{lever.function}`" if lever.function else "")
    yield f"- **Priority** {priority.title} (`{lever.priority}`)"
    yield f"- **Strength** {parameter.name}: {_range(lever)}, default {parameter.default:g}"
    if lever.sectors or lever.products:
        yield f"- **Targets** sectors {_names(lever.sectors)}; products {_names(lever.products)}"
    if lever.needs or lever.needs_bloc:
        yield f"- **Needs** {_names([*lever.needs, *(['a bloc that you name'] if lever.needs_bloc else [])])}"
    yield f"- **Time to effect** {soonest:g} to {latest:g} years"
    yield f"- **Cost** {_cost(lever.cost)}"
    for evidence in lever.evidence:
        yield f"- **Evidence** ({evidence.strength}) {_evidence(evidence)}"
    yield f"- **Limits** {lever.limits}"


def _range(lever: Lever) -> str:
    return f"{lever.parameter.low:g} to {lever.parameter.high:g} {lever.parameter.unit}"


def _names(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" if " " not in name else name for name in names) or "none"


def _cost(cost: Cost) -> str:
    bearer = "Not modelled." if cost.bearer == "not modelled" else f"Borne by: {cost.bearer}."
    if cost.amount is None:
        return f"{bearer} {cost.basis}"
    between = "" if cost.low is None else f" ({cost.low:g} to {cost.high:g})"
    prices = f", prices of {cost.price_year}" if cost.price_year is not None else ""
    return f"{bearer} {cost.basis} {cost.amount:g}{between} {cost.unit}{prices}. Source: {cost.source}."


def _evidence(evidence: Evidence) -> str:
    found = f"case `{evidence.case}`" if evidence.case else str(evidence.publication)
    return f"{found}. {evidence.note}"


def _figures(figures: Collection[Assumption]) -> list[str]:
    lines = ["| figure | meaning | value | range | unit | source |", "|---|---|--:|---|---|---|"]
    lines += [
        f"| `{f.name}` | {f.meaning} | {f.value:g} | {f.low:g} to {f.high:g} | {_unit(f)} | {f.source} |"
        for f in figures
    ]
    return [*lines, ""]


def _unit(figure: Assumption) -> str:
    return figure.unit if figure.price_year is None else f"{figure.unit}, prices of {figure.price_year}"


if __name__ == "__main__":
    PAGE.write_text(levers_page(), "utf-8")
