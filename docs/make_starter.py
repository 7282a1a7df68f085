"""Writes docs/reference/starter-facts.md from the starter world: `./run python docs/make_starter.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from kaldor.economy.starter import starter_estimate, starter_sheets, starter_sources
from kaldor.economy.starter.declared import declared_world
from kaldor.economy.starter.told import Told

PAGE = Path(__file__).parent / "reference" / "starter-facts.md"

INTRODUCTION = """# Facts of the starter world

What the fact sheets of the [starter world](../methods/starter-world.md) say, and what the balanced economy came to.
This page is made by `docs/make_starter.py`. A dash: the table holds nothing to compare with (exports and imports of the
rest of the world hold the trade among its members). Gaps of shares are in points, those of amounts in per cent.
"""


def starter_page() -> str:
    """The whole page as Markdown."""
    told = starter_estimate().told
    parts = [INTRODUCTION, *_summary(told), "## Not met\n", *_table([one for one in told if one.met is False])]
    for code, sheet in starter_sheets().items():
        parts += [f"## {sheet.name}\n", *_table([one for one in told if one.region == code])]
    return "\n".join([*parts, "## Sources\n", *_sources(told)])


def _summary(told: Sequence[Told]) -> Iterator[str]:
    compared = [one for one in told if one.met is not None]
    missed, tolerance = sum(one.met is False for one in compared), declared_world().tolerance
    yield (
        f"{len(told)} facts, {len(compared)} of them compared: {missed} are missed by more than "
        f"{tolerance.points:g} points (shares) or {100 * tolerance.relative:g} % (amounts)."
    )
    yield "The order of their worth, by how hard they pull against a first guess that pulls with 1: GDP, value added,"
    worth = {name.replace("_", " "): weight for name, weight in declared_world().worth.model_dump().items()}
    listed = ", ".join(f"{name} {weight:g}" for name, weight in sorted(worth.items(), key=lambda pair: -pair[1]))
    yield f"CO2, jobs and final use hold; then {listed}.\n"


def _table(told: Iterable[Told]) -> Iterator[str]:
    yield "| economy | fact | typed | reached | gap | unit | year | source | |\n|---|---|--:|--:|--:|---|--:|---|---|"
    for one in told:
        reached = "–" if one.reached is None else _figure(one.reached)
        state = "not met" if one.met is False else ""
        cells = (one.region, one.fact, _figure(one.typed), reached, _gap(one), one.unit, one.year, one.source, state)
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""


def _figure(value: float) -> str:
    """Three digits, never an exponent."""
    return f"{float(f'{value:.3g}'):,.0f}" if value >= 1000 else f"{value:.3g}"


def _gap(one: Told) -> str:
    if one.reached is None:
        return "–"
    gap = one.gap if one.unit.startswith("%") else 100 * one.gap
    return f"{gap + 0.0:.1f}".replace("-0.0", "0.0")


def _sources(told: Iterable[Told]) -> Iterator[str]:
    used = {one.source for one in told}
    for id, source in starter_sources().items():
        if id in used:
            yield f"- `{id}`: {source.citation} {source.licence}."
    yield ""


if __name__ == "__main__":
    PAGE.write_text(starter_page(), "utf-8")
