"""What `kaldor twin run` prints: the lines that matter, all of it if asked, or JSON with the fields of every door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kaldor.cli import screen
from kaldor.words import NOT_MODELLED, figure

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from kaldor.economy.economy import Economy
    from kaldor.twin.outcome import Outcome, Outcomes

_FEW = 5  # rows of the losers' and channels' tables on a screen; JSON has all


def record(measured: Outcomes, economy: Economy, *, banded: bool) -> dict[str, Any]:
    """The fields that the REST route gives for the same scenario, without its maps."""
    from kaldor.twin.answered import answered

    said = answered(measured, economy, banded=banded)
    return said | {"outcomes": [one.model_dump(mode="json") for one in said["outcomes"]]}


# -- the lines that matter ---------------------------------------------------------------------------------------------


def print_main_lines(console: Console, measured: Outcomes, economy: Economy) -> None:
    """The sentence, one line for each challenge, and how the rest is seen."""
    from kaldor.twin.headline import headline

    _print_head(console, measured, economy)
    for one in headline(measured):
        screen.say(console, _in_a_line(one))
    modelled = sum(one.modelled for one in measured)
    screen.say(
        console,
        f"{modelled} of {len(measured.outcomes)} metrics are modelled; --all prints them, --json too. "
        "For another person: --share FILE.html",
    )


def _in_a_line(one: Outcome) -> str:
    from kaldor.twin.effect import effect_of

    effect = effect_of(one)
    if effect is None:
        return f"{one.metric.dimension}: {NOT_MODELLED}"
    band = "" if effect.low is None else f" ({_short(effect.low)} … {_short(effect.high)})"
    return f"{one.metric.dimension}: {one.metric.title} {_short(effect.value)} {effect.unit}{band}, {effect.verdict}"


def _short(value: float | None) -> str:
    """A change to three digits, with its sign."""
    rounded = float(f"{value or 0.0:.3g}")
    return f"{rounded:+,g}".replace("-", "−") if rounded else "0"


def _print_head(console: Console, measured: Outcomes, economy: Economy) -> None:
    from kaldor.cli.twin import on_a_table
    from kaldor.twin.sentence import sentence_of

    scenario = measured.scenario
    console.print(scenario.called, style="bold", markup=False)
    screen.say(console, sentence_of(measured))
    screen.say(console, f"{measured.region} · {on_a_table(economy)} · {scenario.view}")


# -- all of it ---------------------------------------------------------------------------------------------------------


def print_all(console: Console, measured: Outcomes, economy: Economy) -> None:
    """Every figure before and after, what is held and left out, and who loses and gains."""
    from kaldor.twin.gains import gain_in_words
    from kaldor.twin.scenario import CLOSURES

    _print_head(console, measured, economy)
    screen.say(console, measured.responding or CLOSURES[measured.scenario.closure])
    if gain := gain_in_words(measured):
        screen.say(console, gain)
    _print_figures(console, [one for one in measured if one.modelled])
    screen.say(console, measured.about_the_band)
    for note in measured.notes:
        screen.say(console, note)
    for note in dict.fromkeys(one.note for one in measured if one.modelled and one.metric.stress):
        screen.say(console, f"Stress figures: {note}")
    partly = [one for one in measured if one.modelled and one.note and not one.metric.stress]
    _print_reasons(console, "What figures leave out", partly)
    _print_reasons(console, "Not modelled", [one for one in measured if not one.modelled])
    what = "what capital and labour earn, in real terms" if measured.responding else "value added, without levies"
    _print_ranked(console, f"Who loses most: {what}", measured.losers, economy)
    _print_ranked(console, f"Who gains most: {what}", measured.gainers, economy)
    _print_partners(console, measured.partners, economy)


def _print_figures(console: Console, outcomes: Sequence[Outcome]) -> None:
    table = screen.table("dimension", "metric", "before", "after", "change", "band of change", "unit", "view")
    for one in outcomes:
        band = " to ".join(map(figure, one.band)) if one.band else "no band"
        level = "" if one.before is None else figure(one.before)
        cells = (level, figure(one.after), figure(one.change), band, one.unit, one.view)
        screen.add_row(table, one.metric.dimension, one.metric.title, *cells)
    console.print(table)


def _print_reasons(console: Console, heading: str, outcomes: Sequence[Outcome]) -> None:
    said: dict[str, list[str]] = {}
    for one in outcomes:
        said.setdefault(one.note, []).append(one.metric.title)
    if said:
        screen.heading(console, heading)
    for why, titles in said.items():
        screen.say(console, f"  {'; '.join(titles)}: {why}")


def _print_partners(console: Console, frame: pd.DataFrame, economy: Economy) -> None:
    """Where prices respond: what the other countries gain and lose, poorer ones first."""
    if frame.empty:
        return
    screen.heading(console, f"Partners: real national income, {economy.unit}")
    table = screen.table("income group", "region", "change", "%", "of it terms of trade")
    for region, row in frame.iterrows():
        cells = map(figure, (row["change"], row["change_pct"], row["terms_of_trade"]))
        screen.add_row(table, row["group"], str(region), *cells)
    console.print(table)


def _print_ranked(console: Console, heading: str, frame: pd.DataFrame, economy: Economy) -> None:
    from kaldor.twin.incidence import POORER

    screen.heading(console, f"{heading}, by industry, {economy.unit}")
    if frame.empty:
        screen.say(console, "  No industry's. Final users and the treasury are in the metrics above.")
        return
    table = screen.table("where", "income group", "region", "industry", "change", "%")
    # As `Incidence.losers` orders them: at home, then each of the poorer groups, then all others.
    part = frame["where"] + frame["group"].where(frame["group"].isin(POORER) & (frame["where"] != "home"), "")
    for (region, sector), row in frame.groupby(part, sort=False).head(_FEW).iterrows():
        place = (row["where"], row["group"], region, _name(economy, sector))
        screen.add_row(table, *place, figure(row["change"]), figure(row["change_pct"]))
    console.print(table)


def _name(economy: Economy, sector: object) -> str:
    """An industry's name, and its code where that is another."""
    code = str(sector)
    name = dict(zip(economy.sectors, economy.sector_names, strict=True)).get(code, code)
    return name if name == code else f"{name} ({code})"
