"""Writes docs/reference/shock-library.md: the sixteen events of the library beside what was published.

`./run python docs/make_shock_library.py --store FOLDER`, with the World Input-Output Database (dataset wiod2013) in the
store. Words and the events that are not run stand in shock_library.toml beside this file.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.twin.library.declared import Published, Run, load_events
from kaldor.twin.library.packaged import PACKAGED
from kaldor.twin.library.run import Answered, Beside, run_library, score
from kaldor.twin.library.steps import step_days
from kaldor.twin.library.words import alone_in_words, in_words, width_in_words

HERE = Path(__file__).parent
PAGE = HERE / "reference" / "shock-library.md"
EVENTS = PACKAGED
DECLARED: dict[str, Any] = tomllib.loads((HERE / "shock_library.toml").read_text("utf-8"))
TEXTS: dict[str, str] = DECLARED["texts"]
DRAWS, SEED = 30, 1
THIN, WIDE = 1.1, 5.0
"""How many times the ends of a band are apart: below it hardly a band, above it a very wide one."""


def answered(opened: Callable[[int], Economy], only: Sequence[str] = ()) -> list[Answered]:
    """All events as the page has them, or some by id."""
    return run_library(load_events([EVENTS], only), opened, draws=DRAWS, seed=SEED)


def page(found: Sequence[Answered]) -> str:
    """The whole page as Markdown."""
    parts = [TEXTS["introduction"].strip(), "", *table(found), "", f"**{score(found).words}**", bar(found), ""]
    parts += [TEXTS["misses"].strip(), "", *misses(found), ""]
    parts += [TEXTS["cautions"].strip(), "", *cautions(found), "", TEXTS["details"].strip(), ""]
    for one in found:
        parts += [*details(one), ""]
    parts += [TEXTS["extra"].strip(), "", *extra()]
    return "\n".join([*parts, ""])


def bar(found: Sequence[Answered]) -> str:
    """Whether the bar that was set beforehand is reached, and by whom it is not."""
    whole = score(found)
    lacking = [
        f"{one.known.event.id}, {beside.published.id} ({beside.standing.sign})"
        for one in found
        for beside in one.beside
        if beside.standing.sign in {"wrong", "no effect"}
    ]
    half = "is" if 2 * whole.met >= whole.comparable else "is not"
    signs = f"is not: {'; '.join(lacking)}" if lacking else "is"
    return (
        f"The bar was set before anything was run. That half of the events that can be compared are met {half} reached "
        f"({whole.met} of {whole.comparable}); that every sign is right {signs}."
    )


def table(found: Sequence[Answered]) -> Iterator[str]:
    """One row a comparison, and one for every event without any."""
    yield "| event | year | measure | Kaldor | width | published | unit | sign | Kaldor's band is |"
    yield "|---|---|---|--:|--:|--:|---|---|---|"
    for one in found:
        for beside in one.beside:
            yield row(one, beside)
        if not one.beside:
            alone = "; ".join(map(alone_in_words, one.alone)).replace("-", "−")
            yield f"| {one.known.event.id} | {years(one)} | no comparable measure | {alone} | | see below | | | |"


def row(one: Answered, beside: Beside) -> str:
    """A comparison as a row: ours with its band, theirs, and how they stand."""
    ours, published = beside.ours, beside.published
    by = f" ({run_of(ours.run)})" if len(one.known.event.runs) > 1 or ours.run.model == "prices" else ""
    cells = (
        one.known.event.id,
        ours.run.year,
        f"{published.measure}; {published.scope}; {published.horizon}{by}",
        f"{number(ours.median)} ({number(ours.band[0])} to {number(ours.band[1])})",
        width_in_words(ours),
        theirs(published),
        published.unit,
        beside.standing.sign,
        beside.standing.words + (", does not count" if published.open else ""),
    )
    return f"| {' | '.join(map(str, cells))} |"


def run_of(run: Run) -> str:
    """The name of a run, and whether prices respond in it."""
    return f"`{run.id}`{', prices respond' if run.model == 'prices' else ''}"


def years(one: Answered) -> str:
    """The years of an event's economies."""
    return ", ".join(dict.fromkeys(str(run.year) for run in one.known.event.runs))


def number(value: float) -> str:
    """Two decimals, or one from ten on."""
    digits = 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}".replace("-", "−") if round(value, digits) else "0"


def theirs(published: Published) -> str:
    """What was published without its unit; in italics where it is to be verified."""
    words = in_words(published).removesuffix(f" {published.unit}") if published.unit else in_words(published)
    return f"*{words}*" if published.verify else words


def misses(found: Sequence[Answered]) -> Iterator[str]:
    """A line for every figure that is missed, those of one reason together."""
    for one in found:
        yield from _together(one, lambda beside: beside.why)


def _together(one: Answered, said: Callable[[Beside], str]) -> Iterator[str]:
    """A line for everything that is said of an event's comparisons, with all of which it is said."""
    of_whom: dict[str, dict[str, None]] = {}
    for beside in one.beside:
        if said(beside):
            of_whom.setdefault(said(beside), {})[beside.published.id] = None
    for words, ids in of_whom.items():
        yield f"- **{one.known.event.id}**, {', '.join(ids)}: {words}."


def cautions(found: Sequence[Answered]) -> Iterator[str]:
    """What is to be known of single comparisons, met or not, and which bands are hardly bands or very wide ones, of
    what counts and is no null."""
    for one in found:
        yield from _together(one, lambda beside: beside.published.caution)
    everything = [(one.known.event.id, each) for one in found for each in one.counted if not each.published.null]
    thin = [(event, beside) for event, beside in everything if beside.ours.width < THIN]
    wide = [(event, beside) for event, beside in everything if beside.ours.width > WIDE]
    yield (
        f"- Bands whose ends are less than {THIN:g} times apart ({len(thin)}, of which {_met(thin)} meet): how firms "
        f"behave hardly enters, and what is declared decides. {_names(thin)}."
    )
    yield (
        f"- Bands whose ends are more than {WIDE:g} times apart or that reach zero ({len(wide)}, of which {_met(wide)} "
        f"meet): they meet much because they are wide. {_names(wide)}."
    )


def _met(some: Sequence[tuple[str, Beside]]) -> int:
    return sum(beside.standing.met for _, beside in some)


def _names(some: Sequence[tuple[str, Beside]]) -> str:
    by_event: dict[str, dict[str, None]] = {}
    for event, beside in some:
        by_event.setdefault(event, {})[beside.published.id] = None
    return "; ".join(f"{event}: {', '.join(ids)}" for event, ids in by_event.items())


def details(one: Answered) -> Iterator[str]:
    """An event: what is declared, on which economies and why, and every published figure."""
    event = one.known.event
    yield f"### {event.id}: {event.title}\n"
    yield f"{event.when[0].upper()}{event.when[1:]}. {event.declared} {event.may_miss}\n"
    for run in event.runs:
        source = one.known.shocks[run.id].source
        note = f" {one.known.shocks[run.id].note}" if one.known.shocks[run.id].note else ""
        steps = f", steps of {step_days(one.known.shocks[run.id], run):g} days" if run.model == "days" else ""
        how = f"economy of {run.year}{steps.replace('1 days', 'a day')}"
        yield f"- {run_of(run)}, {how}: {run.why}. {source}.{note}"
    if one.alone and one.beside:
        yield f"- Beside nothing: {'; '.join(map(alone_in_words, one.alone)).replace('-', '−')}."
    yield "\n| id | measure | published | kind | publication | beside it |\n|---|---|--:|---|---|---|"
    for each in event.published:
        unit = f" {each.unit}" if each.unit and not each.said else ""
        note = f" ({each.note})" if each.note else ""
        beside = "compared" if each.compared else f"no comparable measure: {each.not_compared}"
        verify = ", to be verified" if each.verify else ""
        measure = f"{each.measure}; {each.scope}; {each.horizon}"
        yield f"| {each.id} | {measure} | {theirs(each)}{unit} | {each.kind}{verify} | {each.by}{note} | {beside} |"


def extra() -> Iterator[str]:
    """The events that are not run, each with the reason."""
    for one in DECLARED["extra"]:
        yield f"- **{one['title']}.** {one['why']} Published: {'; '.join(one['published'])}."


def main() -> None:
    """Writes the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=None)
    store = Store(parser.parse_args().store)
    opened = cache(lambda year: Economy.from_published(store.economy("wiod2013", year)))
    PAGE.write_text(page(answered(opened)), "utf-8")


if __name__ == "__main__":
    main()
