"""What `twin shock` and `twin stress` print: words, units and the period, and the region that is asked for first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.cli.main import app
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.twin.library.packaged import PACKAGED
from kaldor.twin.shocks.events import load_shock, parse_shock
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import run_shock
from kaldor.twin.shocks.stress import standard_shocks
from kaldor.twin.shocks.words import MEASURES, NOTHING_BREAKS, SAME_LOSS, dearer_for
from kaldor.words import figure

STUDIES = Path(__file__).parents[2] / "studies" / "shocks"
PORT = str(STUDIES / "port-closed.toml")
PRICE = """
id = "dear"
title = "Chinese electronics twice as dear"
[[events]]
kind = "price"
regions = ["DEU", "KOR"]
origins = ["CHN"]
products = ["electronics"]
rise = 1.0
days = 50
"""


def said(*arguments: str) -> str:
    found = CliRunner().invoke(app, ["twin", *arguments], env={"COLUMNS": "200"})
    assert found.exception is None, found.output
    return " ".join(found.stdout.split())


def part(text: str, begins: str, ends: str) -> str:
    return text.split(begins, 1)[1].split(ends, 1)[0]


def test_a_price_shock_says_who_buys_dearer_over_a_year_in_units_with_the_region_that_was_asked_first(
    tmp_path: Path,
) -> None:
    (tmp_path / "dear.toml").write_text(PRICE, "utf-8")
    ask = ["shock", str(tmp_path / "dear.toml"), "--all", "--on=starter", "--steps=3", "--bands=1"]
    text = said(*ask, "--region=MEX")
    economy = Economy.from_published(starter_world())
    found = run_shock(economy, load_shock(tmp_path / "dear.toml"), Parameters(dt=7), steps=3, bands=1)
    effects = found.price_effects()
    assert effects.index[0] != "MEX", "it would be first anyhow"
    baskets = part(text, "Who pays what becomes dearer, and who wins", "Dearer for buyers")
    for head in ("dearer by (%)", "(million US$ a year)"):
        assert head in baskets
    row = baskets.split("─ ", 1)[1].split()
    assert row[0] == "MEX"
    assert float(row[1].replace("−", "-")) == pytest.approx(100 * effects.loc["MEX", "basket_rise"], abs=6e-3)
    assert "Dearer for buyers in DEU, KOR, from CHN: electronics, by 100 %." in text
    assert "A year’s figures" in text
    assert "before windfall" not in baskets
    assert "buy less. Give the event an `elasticity`" in text
    for heading in ("Products of each region, dearer for its own final users in %", "costs rise most in % of output"):
        assert part(text, heading, "DEU").split("─ ", 1)[1].startswith("MEX "), heading
    assert dearer_for(found.shock, economy.regions) in text
    everywhere = parse_shock(PRICE.replace('origins = ["CHN"]', "").replace('["DEU", "KOR"]', '["all"]'), "p")
    written = run_shock(economy, everywhere, Parameters(dt=7), steps=3, bands=1).shock
    assert dearer_for(written, economy.regions) == (
        "Dearer for buyers in all regions, whoever sells: electronics, by 100 %."
    )


def test_losses_are_told_in_words_with_units_and_where_nothing_breaks_it_is_said() -> None:
    text = said(
        "shock", "--all", str(STUDIES / "port-closed.toml"), "--on=starter", "--region=DEU", "--steps=30", "--bands=2"
    )
    assert not re.search(r"[a-z]+_[a-z]+|unbounded", text)
    found = run_shock(
        Economy.from_published(starter_world()),
        load_shock(STUDIES / "port-closed.toml"),
        Parameters(dt=7),
        steps=30,
        bands=2,
    )
    summary, words = found.summary(["DEU"]), {name: title for name, title, _ in MEASURES}
    for name, factor, unit in (("lost_value_added", 1, "million US$"), ("deepest_loss_share", 100, "%")):
        values = [figure(factor * float(summary.loc[name, one])) for one in ("central", "p5", "median", "p95")]
        assert f"{words[name]} {' '.join(values)} {unit}" in text
    by_region = part(text, "Value added lost by region", "Value added lost by product")
    assert "(million US$)" in by_region
    assert "of the world's loss (%)" in by_region
    assert [one in by_region for one in ("DEU", "KOR")] == [True, True]
    assert by_region.index("DEU") < by_region.index("KOR")
    assert NOTHING_BREAKS in text
    assert SAME_LOSS in text
    short = said(
        "shock", "--all", str(STUDIES / "port-closed.toml"), "--on=starter", "--region=KOR", "--steps=2", "--bands=1"
    )
    assert "Time until back to normal not in this time" in short


def test_what_breaks_first_counts_whole_industries(tmp_path: Path) -> None:
    event = 'kind = "shortage"\nregions = ["KOR"]\nproducts = ["electronics"]\nshare = 0.6\ndays = 200'
    (tmp_path / "short.toml").write_text(f'id = "short"\n[[events]]\n{event}\n', "utf-8")
    text = said(
        "shock", "--all", str(tmp_path / "short.toml"), "--on=starter", "--region=KOR", "--steps=40", "--bands=2"
    )
    row = part(text, "What breaks first", "Nothing is known").split("─ ", 1)[1]
    assert re.search(r"KOR \d+ [\d,]+ 100 $", row), row


def test_the_stress_set_has_units_and_its_titles() -> None:
    text = said("stress", "--on=starter", "--region=DEU", "--runs=1")
    for words in (
        "at risk, mean (%)",
        "lost in the world, mean (million US$)",
        "days to recover",
        "in % of a year's of DEU",
    ):
        assert words in text
    assert "unbounded" not in text
    for id, shock in standard_shocks().items():
        assert f"{id}: {shock.title}" in text


@pytest.mark.parametrize(
    ("command", "file", "words"),
    [
        ("shock", "events/rhine-2018.toml", "is an event beside what was published of it, no shock."),
        ("events", "rhine-2018.toml", "is a shock, no event beside what was published of it."),
    ],
)
def test_either_kind_of_file_names_the_command_that_reads_it(command: str, file: str, words: str) -> None:
    place = str(PACKAGED.parent / file)
    found = CliRunner().invoke(app, ["twin", command, place, "--on=starter"])
    other = {"shock": "events", "events": "shock"}[command]
    assert str(found.exception) == f"{place}: {words} Run it with: kaldor twin {other} {place} --on DATASET."


def test_a_shock_is_told_in_the_lines_that_matter_with_the_figures_of_all_of_it() -> None:
    """Of Korea: what it loses with its band, by whom, and how the rest is seen; a third of the lines of --all."""
    asked = ["shock", str(STUDIES / "port-closed.toml"), "--on=starter", "--region=KOR", "--steps=30", "--bands=2"]
    short, whole = (CliRunner().invoke(app, ["twin", *asked, *more]).stdout for more in ((), ("--all",)))
    assert 3 * len(short.splitlines()) <= len(whole.splitlines())
    economy = Economy.from_published(starter_world())
    found = run_shock(economy, load_shock(STUDIES / "port-closed.toml"), Parameters(dt=7), steps=30, bands=2)
    row, text = found.summary(["KOR"]).loc["lost_value_added"], " ".join(short.split())
    lost = f"Value added lost, KOR: {figure(row['central'])} {economy.unit}"
    assert f"{lost} (5 to 95 % of draws: {figure(row['p5'])} to {figure(row['p95'])})" in text
    most = found.losers().xs("KOR", level="region")["central"].iloc[0]
    assert f"Lose most, {economy.unit}: KOR" in text
    assert figure(most) in part(text, "Lose most", "Breaks first")
    assert "--all prints" in text


def test_events_are_told_in_the_lines_that_matter() -> None:
    short, whole = (
        CliRunner().invoke(app, ["twin", "events", "--on=starter", "--draws=1", *more]).stdout
        for more in ((), ("--all",))
    )
    assert len(short.splitlines()) <= 12
    assert len(whole.splitlines()) > 100
    assert "--all prints every comparison" in " ".join(short.split())
    assert " ".join(whole.split()).endswith(" ".join(short.split()).rpartition("one event. ")[2])


def test_a_command_without_an_economy_names_one_that_everybody_has() -> None:
    refused = CliRunner().invoke(app, ["twin", "shock", str(STUDIES / "port-closed.toml")])
    assert "--on starter" in str(refused.exception)
    asked = CliRunner().invoke(app, ["economy", "upstream"])
    assert "--on starter" in str(asked.exception)


def test_the_starter_world_says_what_it_is() -> None:
    said = CliRunner().invoke(app, ["data", "info", "starter"], env={"COLUMNS": "200"}).stdout
    assert "inside the package, in no store" in said
    assert starter_world().source.title in said
