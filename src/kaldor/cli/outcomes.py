"""What a scenario does, on a screen: the main lines, or everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaldor.cli import screen
from kaldor.words import NOT_MODELLED, figure

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from kaldor.economy.economy import Economy
    from kaldor.twin.outcome import Outcome, Outcomes

_FEW = 5  # rows of the losers' and channels' tables on a screen; JSON has all


def print_main_lines(console: Console, measured: Outcomes, economy: Economy) -> None:
    """The sentence, one line for each of the five challenges, and how the rest is seen."""
    from kaldor.twin.effect import effect_of
    from kaldor.twin.metric import DIMENSIONS

    _print_head(console, measured, economy)
    for challenge in DIMENSIONS[:5]:
        outcome = _foremost([one for one in measured if one.metric.dimension == challenge and one.metric.on_dials])
        effect = None if outcome is None else effect_of(outcome)
        if outcome is None or effect is None:
            screen.say(console, f"  {challenge}: {NOT_MODELLED}")
            continue
        band = "" if effect.low is None else f" ({_short(effect.low)} … {_short(effect.high)})"
        words = f"{_short(effect.value)} {effect.unit}{band}, {effect.verdict}"
        screen.say(console, f"  {challenge}: {outcome.metric.title} {words}")
    modelled = sum(one.modelled for one in measured.outcomes)
    screen.say(console, f"{modelled} of {len(measured.outcomes)} metrics are modelled; --all prints them, --json too.")


def _foremost(outcomes: list[Outcome]) -> Outcome | None:
    """Of a challenge's outcomes, those first that the sentence may tell, the one that moves most beside its scale."""
    from kaldor.twin.effect import effect_of
    from kaldor.twin.sentence import INCOME, declared

    known = [(one, effect) for one in outcomes if (effect := effect_of(one)) is not None]
    told = [pair for pair in known if pair[0].metric.id in {INCOME, *declared().metrics}]
    return max(told or known, key=lambda pair: pair[1].relative)[0] if known else None


def _short(value: float | None) -> str:
    """A change to three digits, with its sign."""
    rounded = float(f"{value or 0.0:.3g}")
    return f"{rounded:+,g}".replace("-", "−") if rounded else "0"


def _print_head(console: Console, measured: Outcomes, economy: Economy) -> None:
    from kaldor.cli.twin import on_a_table
    from kaldor.twin.sentence import sentence_of

    scenario = measured.scenario
    console.print(scenario.title or scenario.id, style="bold", markup=False)
    screen.say(console, sentence_of(measured))
    screen.say(console, f"{measured.region} · {on_a_table(economy)} · {scenario.view}")


def print_outcomes(console: Console, measured: Outcomes, economy: Economy) -> None:
    """All that is known of a scenario: every metric, what figures leave out, and who loses and gains."""
    from kaldor.twin.gains import gain_in_words
    from kaldor.twin.scenario import CLOSURES

    scenario = measured.scenario
    _print_head(console, measured, economy)
    screen.say(console, measured.responding or CLOSURES[scenario.closure])
    if gain := gain_in_words(measured):
        screen.say(console, gain)
    table = screen.table("dimension", "metric", "before", "after", "change", "band of change", "unit", "view")
    waiting: dict[str, list[str]] = {}
    partly: dict[str, list[str]] = {}
    for outcome in measured.outcomes:
        if not outcome.modelled:
            waiting.setdefault(outcome.note, []).append(outcome.metric.title)
            continue
        if outcome.note and not outcome.metric.stress:
            partly.setdefault(outcome.note, []).append(outcome.metric.title)
        metric = outcome.metric
        band = " to ".join(map(figure, outcome.band)) if outcome.band else "no band"
        level = "" if outcome.before is None else figure(outcome.before)
        cells = map(figure, (outcome.after, outcome.change))
        shown = (level, *cells, band, outcome.unit, outcome.view)
        screen.add_row(table, metric.dimension, metric.title, *shown)
    console.print(table)
    screen.say(console, measured.about_the_band)
    for note in measured.notes:
        screen.say(console, note)
    for note in dict.fromkeys(one.note for one in measured.outcomes if one.modelled and one.metric.stress):
        screen.say(console, f"Stress figures: {note}")
    for heading, said in (("What figures leave out", partly), ("Not modelled", waiting)):
        if said:
            screen.heading(console, heading)
            for why, titles in said.items():
                screen.say(console, f"  {'; '.join(titles)}: {why}")
    what = "what capital and labour earn, in real terms" if measured.responding else "value added, without levies"
    _print_ranked(console, f"Who loses most: {what}", measured.losers, economy)
    _print_ranked(console, f"Who gains most: {what}", measured.gainers, economy)
    _print_partners(console, measured.partners, economy)


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
