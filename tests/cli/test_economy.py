"""`kaldor economy`: each command gives the figures of the Python function, and says what to do where it cannot."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from kaldor.atlas.prices import typed_deflators
from kaldor.cli.main import app
from kaldor.cli.tables import _texts
from kaldor.economy.accounts import country_accounts, footprint
from kaldor.economy.decomposition import decompose
from kaldor.economy.economy import Economy
from kaldor.economy.error_model import error_model
from kaldor.economy.extraction import block_of, extract
from kaldor.economy.induced import type2_multipliers
from kaldor.economy.linkages import linkages
from kaldor.economy.opening import open_table
from kaldor.economy.paths import structural_paths
from kaldor.economy.prices import consumer_prices, cost_push
from kaldor.economy.questions.change import Change, prices_of
from kaldor.economy.questions.subject import Asked
from kaldor.economy.uncertainty import bands
from kaldor.economy.upstream import positions
from kaldor.errors import InputError, KaldorError, StoreError, UnknownExtensionError, UnknownLabelError
from tests.economy.redrawn import bands_of_the_draws

STARTER = ("--on", "starter")
CO2 = ("--extension", "co2")


@pytest.fixture(scope="module")
def starter() -> Economy:
    return Economy.from_published(open_table("starter"))


def _invoke(*arguments: str):
    done = CliRunner().invoke(app, ["economy", *arguments], env={"COLUMNS": "200"})
    if isinstance(done.exception, KaldorError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def _rows(*arguments: str) -> pd.DataFrame:
    return pd.DataFrame(_table(_record(*arguments))["rows"])


def _record(*arguments: str) -> dict:
    """The whole answer as JSON."""
    return json.loads(_invoke(*arguments, "--json"))


def _table(record: dict) -> dict:
    (table,) = record["tables"]
    return table


def _same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """The same rows in the same order, numbers to rounding, words as they are."""
    flat = expected.reset_index() if any(expected.index.names) else expected
    assert len(found) == len(flat)
    for column in flat.columns:
        for left, right in zip(found[column], flat[column], strict=True):
            if isinstance(right, float):
                assert (
                    (left is None or math.isnan(left)) if math.isnan(right) else left == pytest.approx(right, rel=1e-9)
                )
            elif not isinstance(right, tuple):
                assert left == right


def test_footprint_by_account_region_and_product(starter):
    _same(_rows("footprint", *STARTER, *CO2), country_accounts(starter, "co2").rename_axis("region"))
    _same(_rows("footprint", *STARTER, *CO2, "--by", "region"), footprint(starter, "co2"))
    one = _rows("footprint", *STARTER, *CO2, "--by", "product", "--region", "KOR")
    _same(one, footprint(starter, "co2", by="product")[["KOR"]])


def test_paths_and_what_the_others_carry(starter):
    arguments = ("paths", *STARTER, *CO2, "--region", "DEU", "--threshold", "0.002")
    expected = structural_paths(starter, "co2", "DEU", threshold=0.002)
    record = _record(*arguments)
    _same(pd.DataFrame(_table(record)["rows"]), expected.table)
    first = " → ".join(f"{region} {sector}" for region, sector in expected.table["path"][0])
    assert _table(record)["rows"][0]["path"] == [list(step) for step in expected.table["path"][0]]
    assert record["facts"]["remainder"] == expected.remainder
    assert first in _invoke(*arguments)


def test_extract(starter):
    block = block_of(starter, "DEU", "metals")
    found = _rows("extract", *STARTER, "--region", "DEU", "--sector", "metals", "--kind", "forward", "--share", "0.5")
    _same(found, extract(starter, block, kind="forward", share=0.5))


def test_linkages(starter):
    expected = linkages(starter, scope="global", weights="output", variation=False).loc[["DEU", "KOR"]]
    options = ("--scope", "global", "--weights", "output", "--region", "DEU", "--region", "KOR")
    _same(_rows("linkages", *STARTER, *options), expected)


def test_prices_of_products_and_bills_of_consumers(starter):
    pushed = cost_push(starter, {("CHN", "metals"): 0.1})
    options = ("prices", *STARTER, "--region", "CHN", "--sector", "metals", "--cost", "0.1")
    _same(_rows(*options, "--of", "products"), pushed.to_frame())
    _same(_rows(*options), consumer_prices(starter, pushed))


def test_upstream(starter):
    _same(_rows("upstream", *STARTER), positions(starter, by="sector"))
    _same(_rows("upstream", *STARTER, "--region", "DEU"), positions(starter).loc[["DEU"]])


def test_induced(starter):
    found = _rows("induced", *STARTER, *CO2, "--spending", "0.4", "--region", "DEU")
    _same(found, type2_multipliers(starter, ["co2"], spending=0.4).loc[["DEU"]])


def test_bands_carry_what_made_them(starter):
    arguments = ("bands", *STARTER, *CO2, "--region", "DEU", "--draws", "25", "--seed", "4")
    record = _record(*arguments, "--model", "usual")
    expected = bands(starter, "co2", regions=["DEU"], draws=25, seed=4, model=error_model())
    _same(pd.DataFrame(_table(record)["rows"]), expected.table)
    assert [record["facts"][name] for name in ("draws", "seed", "rule")] == [25, 4, "rows"]
    assert record["facts"]["model"] == error_model().model_dump(mode="json")
    assert error_model().source in _invoke(*arguments, "--model", "usual")


def test_bands_of_the_starter_world_are_those_of_its_draws(tmp_path):
    """Asked once, for the screen and for a file: each draw is an estimate of the world."""
    file = tmp_path / "bands.json"
    shown = _invoke("bands", *STARTER, *CO2, "--region", "DEU", "--draws", "20", "--seed", "4", "--out", str(file))
    record = json.loads(file.read_text("utf-8"))
    _same(pd.DataFrame(_table(record)["rows"]), bands_of_the_draws("DEU", 20, 4))
    assert [record["facts"][name] for name in ("rule", "model")] == [None, None]
    assert "estimates drawn anew (seed 4)" in record["method"]
    assert "This economy is an estimate" in shown


def test_a_csv_file_has_all_rows_and_every_digit(starter, tmp_path):
    file = tmp_path / "footprint.csv"
    shown = _invoke("footprint", *STARTER, *CO2, "--out", str(file), "--rows", "2")
    assert "of 13 rows" in shown
    read = pd.read_csv(file, index_col=0, keep_default_na=False)
    expected = pd.DataFrame(country_accounts(starter, "co2"))
    assert list(read.columns) == [f"{name} (kt CO2)" for name in expected.columns]
    found = read.set_axis(expected.columns, axis=1)
    pd.testing.assert_frame_equal(found, expected, check_names=False, rtol=1e-13)


def test_a_csv_file_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreError, match="--out"):
        _invoke("footprint", *STARTER, *CO2, "--out", str(tmp_path / "taken" / "a.csv"))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("footprint", *STARTER, "--extension", "co3"), UnknownExtensionError, "Did you mean 'co2'"),
        (("footprint", *STARTER, *CO2, "--region", "DEV"), UnknownLabelError, "Did you mean 'DEU'"),
        (("paths", *STARTER, *CO2, "--region", "DEU", "--sector", "metal"), UnknownLabelError, "Did you mean 'metals'"),
        (("paths", *STARTER, *CO2, "--region", "DEU", "--threshold", "0"), InputError, r"Allowed: 0\.00001 to 1"),
        (("extract", *STARTER), InputError, "Give region, sector or both"),
        (("linkages", *STARTER, "--region", "KOE"), UnknownLabelError, "Did you mean 'KOR'"),
        (("prices", *STARTER, "--cost", "0.1", "--sector", "metal"), UnknownLabelError, "Did you mean 'metals'"),
        (("upstream", *STARTER, "--region", "DEV"), UnknownLabelError, "Did you mean 'DEU'"),
        (("induced", *STARTER, "--income", "wage"), UnknownExtensionError, "unknown extension 'wage'"),
        (("bands", *STARTER, *CO2, "--model", "usul"), UnknownLabelError, "Did you mean 'usual'"),
        (("change", *STARTER, *CO2, "--since", "2000", "--year", "2018"), InputError, "of 2018, not 2000"),
    ],
)
def test_what_is_wrong_is_said_with_the_near_match(arguments, error, words):
    with pytest.raises(error, match=words):
        _invoke(*arguments)


def test_deflators_of_a_file_name_a_bad_line(tmp_path):
    file = tmp_path / "prices.csv"
    file.write_text("region,sector,deflator\nDEU,c1,1.2\nUSA,,1.1")
    assert typed_deflators(file.read_text(), "deflators") == {("DEU", "c1"): 1.2, "USA": 1.1}
    file.write_text("region,deflator\nDEU,1.2\nUSA,about one\n")
    with pytest.raises(InputError, match=r"deflators, line 3, column 'deflator'.*'about one' is not a finite number"):
        _invoke("change", *STARTER, *CO2, "--since", "2018", "--deflators", str(file))


@pytest.mark.real
def test_change_on_wiod_in_current_and_constant_prices(real_store, wiod):
    options = ("--on", "wiod2013", "--with", "jrc_wiod_co2", "--store", str(real_store.path))
    span = ("--since", "2000", "--year", "2009", "--region", "USA")
    current = _record("change", *options, *span)
    expected = decompose(wiod(2000), wiod(2009), "co2")
    _same(pd.DataFrame(_table(current)["rows"]), expected.table.loc[["USA"]])
    assert "Current prices" in current["facts"]["warning"]
    deflated = _record("change", *options, *span, "--deflator", "1.27")
    assert deflated["facts"]["warning"] == ""
    _same(
        pd.DataFrame(_table(deflated)["rows"]),
        decompose(wiod(2000), wiod(2009), "co2", deflators=1.27).table.loc[["USA"]],
    )


@pytest.mark.real
def test_change_with_built_in_deflators_is_that_of_the_docs(real_store):
    """docs/methods/decomposition.md: own deflators for five countries, the US one for all others; China's intensity."""
    options = ("--on", "wiod2013", "--with", "jrc_wiod_co2", "--store", str(real_store.path))
    span = ("--since", "2000", "--year", "2011", "--region", "CHN", "--deflators", "builtin")
    answer = _record("change", *options, *span)
    assert "World Development Indicators" in answer["facts"]["deflators"]
    assert "36 regions without a deflator of their own have 1.262" in answer["facts"]["deflators"]
    assert _table(answer)["rows"][0]["intensity"] / 1e3 == pytest.approx(-2157, abs=1)


def test_deflators_come_by_file_dataset_or_built_in(tmp_path, starter):
    from kaldor.atlas.add import add
    from kaldor.atlas.store import Store

    store = Store(tmp_path / "store")
    asked = Asked(replace(starter, year=2011), "starter", lambda year: replace(starter, year=year), store.indicators)

    def prices_between(deflators: str | None, deflator: float | None, since: int = 2000):
        return prices_of(asked, Change(since=since, deflators=deflators, deflator=deflator), since)

    assert prices_between(None, 1.2) == (1.2, [])
    found, said = prices_between("builtin", None)
    assert found["CHN"] == pytest.approx(2.094, abs=5e-4)
    assert found["ROW"] == found["USA"] == pytest.approx(1.262, abs=5e-4)
    assert "ROW" in said[1]
    typed = "region,deflator\nUSA,1.25\n"
    assert prices_between(typed, None)[0] == {"USA": 1.25}
    assert prices_between(typed, 1.1)[0]["KOR"] == 1.1
    rows = [("NY.GDP.DEFL.ZS", "KOR", 80, 100), ("PA.NUS.FCRF", "KOR", 1100, 1000)]
    lines = [f"{i},{r},{year},{v},index" for i, r, a, b in rows for year, v in ((2000, a), (2011, b))]
    prices = tmp_path / "prices.csv"
    prices.write_text("indicator,region,year,value,unit\n" + "\n".join(lines) + "\n")
    add(prices, store, "prices")
    found, said = prices_between("prices", None)
    assert found == {"KOR": pytest.approx(1.375)}
    assert "dataset prices: GDP deflator and exchange rate" in said[0]
    with pytest.raises(InputError, match="2001: only 2000, 2005"):
        prices_between("builtin", None, 2001)


def test_deflators_in_dollars_are_brought_to_a_table_in_euros(starter):
    """2000 to 2011 what cost 1 US$ costs 1.262; a euro was 0.923 and is 1.39 US$: 1.262 × 0.923 / 1.39 = 0.838."""

    def prices_between(unit: str, deflator: float | None, since: int = 2000):
        table = replace(starter, year=2011, unit=unit)
        asked = Asked(table, "starter", lambda year: replace(table, year=year), None)
        return prices_of(asked, Change(since=since, deflators="builtin", deflator=deflator), since)

    dollars, euros = (prices_between(unit, None)[0] for unit in ("million USD", "million EUR"))
    assert euros["USA"] == pytest.approx(1.2617 * 0.923 / 1.39, abs=2e-4)
    assert euros == pytest.approx({region: one * 0.923 / 1.39 for region, one in dollars.items()})
    assert prices_between("million EUR", 1.1)[0]["KOR"] == 1.1  # typed: in the table's currency
    said = prices_between("million EUR", None)[1][-1]
    assert "0.923 USD per EUR, yearly mean of 2000 (Federal Reserve); 1.39 USD per EUR, yearly mean of 2011" in said
    assert prices_between("million USD", None)[1] == prices_between("thousand USD", None)[1]
    assert "is not known: taken for US dollars" in prices_between("million tugrik", None)[1][-1]
    with pytest.raises(InputError, match="needs the exchange rates of GBP for 2000 and 2011; there are none"):
        prices_between("million GBP", None)


@pytest.mark.real
def test_questions_on_wiod(real_store, wiod):
    options = ("--on", "wiod2013", "--year", "2009", "--with", "jrc_wiod_co2", "--store", str(real_store.path))
    economy = wiod(2009)
    _same(_rows("footprint", *options), country_accounts(economy, "co2").rename_axis("region"))
    _same(
        _rows("paths", *options, "--region", "DEU", "--sector", "c15"),
        structural_paths(economy, "co2", "DEU", sector="c15", threshold=1e-3).table,
    )
    _same(_rows("upstream", *options, "--by", "world"), positions(economy, by="world"))


@cache
def _lines(arguments: tuple[str, ...], columns: int) -> Sequence[str]:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": str(columns)}).stdout.splitlines()


_WIDE = {
    "linkages": ("economy", "linkages", *STARTER, "--region", "IND"),
    "footprint": ("economy", "footprint", *STARTER, *CO2),
    "paths": ("economy", "paths", *STARTER, *CO2, "--region", "DEU", "--rows", "12"),
    "extract": ("economy", "extract", *STARTER, "--region", "DEU", "--sector", "metals"),
    "bands": ("economy", "bands", *STARTER, *CO2, "--draws", "20", "--model", "usual"),  # drawn in a moment
    "upstream": ("economy", "upstream", *STARTER, "--by", "region-sector"),
    "one row": ("economy", "extract", *STARTER, "--region", "DEU", "--sector", "metals", "--rows", "1"),
}


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("name", _WIDE)
def test_a_table_keeps_to_the_screen_with_every_word_and_figure_whole(name, columns):
    """Columns that do not fit stand in a further block below, each with the labels of its rows."""
    shown, wide = _lines(_WIDE[name], columns), _lines(_WIDE[name], 300)
    assert max(map(len, shown)) <= columns
    whole = {word for line in wide for word in line.split()}
    said = {*"Its columns do not fit side by side: --json and --out give them in one table.".split()}  # noqa: SIM905
    assert {word for line in shown for word in line.split() if not set(word) <= {"─"}} <= whole | said
    assert whole <= {word for line in shown for word in line.split()} | {"─" * len(word) for word in whole}


def test_the_blocks_of_a_wide_table_hold_what_one_table_holds():
    narrow, wide = _lines(_WIDE["linkages"], 80), _lines(_WIDE["linkages"], 300)
    rows = [line.split() for line in wide if line.startswith(" IND ")]
    found = [line.split() for line in narrow if line.startswith(" IND ")]
    assert len(rows) == 12
    assert len(found) > 12
    assert len(found) % 12 == 0

    def figures(line: Sequence[str]) -> list[str]:
        return [word for word in line if word.replace(",", "").replace(".", "").isdigit()]

    blocks = [found[at : at + 12] for at in range(0, len(found), 12)]
    assert [[one for line in beside for one in figures(line)] for beside in zip(*blocks, strict=True)] == [
        figures(line) for line in rows
    ]
    assert all(len(figures(line)) > 4 for line in rows)


def test_industries_stand_there_by_name_beside_their_codes():
    shown = "\n".join(_lines(_WIDE["linkages"], 300))
    assert "light Textiles, wood, paper" in shown
    assert "mining Mining, oil and" in shown


def test_a_column_has_one_number_of_decimals_unless_its_sizes_are_too_far_apart():
    shown = _lines(_WIDE["linkages"], 300)
    power = [line.split()[-6] for line in shown if line.startswith(" IND ")]
    assert {len(figure.partition(".")[2]) for figure in power} == {3}
    tables = {
        (1.0, 0.9565, 1.217): ["1.000", "0.957", "1.217"],
        (0.1288, 0.008732): ["0.1288", "0.0087"],
        (5_435_516.0, 0.0213): ["5,435,516", "0.02130"],
        (12.5, 0.0, np.nan): ["12.50", "0", "undefined"],
        (947.0, 12.0): ["947", "12"],
    }
    for values, texts in tables.items():
        assert _texts(pd.Series(values)) == texts


def test_units_are_said_in_words_that_can_be_so():
    assert "ratios, without a unit" in _lines(_WIDE["linkages"], 80)
    prices = " ".join(_lines(("economy", "prices", *STARTER, "--cost", "3", "--region", "DEU"), 200))
    assert "price change (share of the price before)" in prices
    assert re.search(r"of [\d,]+ kt CO2; all others [\d,]+\.", " ".join(_lines(_WIDE["paths"], 200)))


@pytest.mark.parametrize(
    "question",
    [
        ("linkages", "--region=DEU"),
        ("induced", "--region=DEU"),
        ("induced", "--extension=co2"),
        ("extract", "--sector=metals", "--region=DEU"),
        ("prices", "--cost=0.1", "--region=DEU"),
        ("bands", *CO2, "--draws=20", "--model=usual", "--region=DEU"),
    ],
    ids=" ".join,
)
def test_a_label_named_twice_counts_once(question):
    assert _invoke(*question, question[-1], *STARTER, "--json") == _invoke(*question, *STARTER, "--json")


def test_a_negative_seed_is_refused_where_it_is_given():
    with pytest.raises(InputError, match="seed: '-1' is not within its bounds"):
        _invoke("bands", *STARTER, *CO2, "--draws=20", "--seed=-1")


def test_no_file_is_not_the_folder_one_is_in() -> None:
    line = ["economy", "change", "--on", "starter", "--since", "2017", "--deflators", ""]
    assert str(CliRunner().invoke(app, line).exception).startswith("--deflators: names no file.")
