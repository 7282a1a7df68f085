"""Sections on supply chains, change, linkages, extraction, prices: the functions' own figures, what lacks, bad keys."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from kaldor.brief.document import Chart, Note, Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.study import parse_study
from kaldor.economy.decomposition import decompose
from kaldor.economy.economy import Economy
from kaldor.economy.extraction import block_of, extract
from kaldor.economy.linkages import linkages
from kaldor.economy.opening import open_table
from kaldor.economy.paths import structural_paths
from kaldor.economy.prices import consumer_prices, cost_push
from kaldor.economy.upstream import positions
from kaldor.errors import InputError, UnknownLabelError
from tests.brief.conftest import DIGITS
from tests.brief.test_run import check_document

STARTER = """
title = "Germany’s chains"
country = "DEU"
peers = ["KOR"]
year = 2018
economy = "starter"
sections = ["supply-paths", "linkages"]
"""


def _run(folder: Path, text: str, store=None) -> StudyResult:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return run_study(folder / "study.toml", store, folder / "out", ["html"])


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return _run(tmp_path_factory.mktemp("chains"), STARTER)


@pytest.fixture(scope="module")
def starter() -> Economy:
    return Economy.from_published(open_table("starter"))


def test_the_largest_chains_are_those_of_the_search(brief, starter):
    expected = structural_paths(starter, "co2", "DEU", threshold=1e-4)
    figures = brief.document.figure_by_id()
    for rank, row in enumerate(expected.table.head(12).itertuples(), start=1):
        assert figures[f"supply-paths-deu-chain-{rank}"].value == pytest.approx(row.value / 1000, rel=DIGITS)
    shares = [figures[f"supply-paths-deu-tier-{place}"].value for place in range(5)]
    assert sum(shares) == pytest.approx(100, rel=DIGITS)
    assert shares[-1] == pytest.approx(100 * expected.remainder / expected.total, rel=DIGITS)
    written = pd.read_parquet(brief.folder / "results" / "supply_paths.parquet")
    assert len(written) == len(expected.table)
    assert written["path"][0] == " → ".join(" ".join(step) for step in expected.table["path"][0])


def test_linkages_stand_in_their_quadrants_with_their_place_in_the_chains(brief, starter):
    own = linkages(starter, variation=False).loc["DEU"]
    figures = brief.document.figure_by_id()
    for sector in own.index:
        assert figures[f"linkages-deu-{sector}-power"].value == pytest.approx(own.loc[sector, "power"], rel=DIGITS)
        stages = positions(starter).loc[("DEU", sector), "upstreamness"]
        assert figures[f"linkages-deu-{sector}-upstreamness"].value == pytest.approx(stages, rel=DIGITS)
    [table] = [
        b for s in brief.document.sections for b in s.blocks if isinstance(b, Table) and b.id == "linkages-table"
    ]
    quadrants = [row[1].text for row in table.rows]
    assert quadrants.count("Key") == int((own["quadrant"] == "key").sum())
    assert quadrants == sorted(quadrants, key=["Key", "Strong backward", "Strong forward", "Weak"].index)


def test_the_brief_is_whole_and_drawn(brief):
    explained = brief.document
    assert [section.id for section in explained.sections] == ["supply-paths", "linkages"]
    assert all(block.alt for section in explained.sections for block in section.blocks if isinstance(block, Chart))
    page = brief.files["html"].read_text("utf-8")
    assert "Supply chains behind the footprint" in page
    assert page.count("<svg") >= 2


def test_an_economy_without_emissions_says_so(tmp_path):
    made = _run(tmp_path, STARTER + 'emissions = "methane"\n')
    [section, _] = made.document.sections
    assert [block.tone for block in section.blocks if isinstance(block, Note)] == ["missing"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('sections = ["change"]\n', "named, but the study has no compare_year. Add compare_year"),
        ('sections = ["linkages"]\ncompare_year = 2000\n', "compare_year: is given, but no section shows it"),
        ("compare_year = 2018\n", "2018 is not before 2018"),
        ("compare_deflator = 1.2\n", "compare_deflator: is given, but no compare_year"),
        ("compare_year = 2000\ncompare_deflator = -1\n", "compare_deflator"),
    ],
)
def test_a_year_to_compare_with_must_make_sense(more, words):
    bare = "\n".join(line for line in STARTER.splitlines() if not line.startswith("sections"))
    with pytest.raises(InputError, match=words):
        parse_study(bare + "\n" + more, "study.toml")


def test_a_year_to_compare_with_brings_the_section_and_chains_only_on_request():
    bare = "\n".join(line for line in STARTER.splitlines() if not line.startswith("sections"))
    sections = parse_study(bare + "\ncompare_year = 2000\n", "study.toml").sections
    assert "change" in sections
    assert not {"supply-paths", "linkages"} & set(sections)


def test_the_starter_world_has_no_earlier_year(tmp_path):
    text = STARTER.replace('"linkages"]', '"change"]') + "compare_year = 2000\n"
    with pytest.raises(InputError, match="one year only"):
        _run(tmp_path, text)


INDUSTRIES = STARTER.replace('["supply-paths", "linkages"]', '["extraction", "prices"]')
RISE = '[cost_rise]\nshare = 0.05\nsectors = ["energy"]\n'


@pytest.fixture(scope="module")
def industries(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("industries")
    (folder / "study.toml").write_text(INDUSTRIES + RISE, encoding="utf-8")
    return run_study(folder / "study.toml", None, folder / "out")


def test_what_hangs_on_each_manufacturing_industry_is_what_extraction_finds(industries, starter):
    figures = industries.document.figure_by_id()
    for sector in starter.sector_groups["manufacturing"]:
        lost = extract(starter, [("DEU", sector)], extensions=["co2"])
        own = starter.value_added[starter.index.get_loc(("DEU", sector))]
        for quantity, prefix in (("value_added", ""), ("co2", "emissions-")):
            whole, at_home = lost.loc["DEU", quantity], lost.loc["DEU", f"{quantity}_lost"]
            abroad = lost[f"{quantity}_lost"].sum() - at_home
            home = figures[f"extraction-deu-{sector}-{prefix}home"]
            assert home.value == pytest.approx(100 * at_home / whole, rel=DIGITS)
            foreign = figures[f"extraction-deu-{sector}-{prefix}abroad"].value
            assert foreign == pytest.approx(100 * abroad / whole, rel=DIGITS)
            assert (home.unit, home.period, home.status, home.method) == ("%", "2018", "predicted", "extraction")
        assert figures[f"extraction-deu-{sector}-own"].value == pytest.approx(
            100 * own / lost.loc["DEU", "value_added"], rel=DIGITS
        )
    [picture] = [b for b in industries.document.sections[0].blocks if isinstance(b, Chart)]
    lengths = [sum(row.values(figures)) for row in picture.rows]
    assert lengths == sorted(lengths, reverse=True)
    assert len(pd.read_parquet(industries.folder / "results" / "extraction.parquet")) == 6 * len(starter.regions)


def test_costs_reach_products_and_final_users_as_the_price_model_says(industries, starter):
    figures = industries.document.figure_by_id()
    change = cost_push(starter, dict.fromkeys(block_of(starter, "DEU", "energy"), 0.05))
    for sector in starter.sectors:
        expected = 100 * change[("DEU", sector)]
        assert figures[f"prices-deu-{sector}"].value == pytest.approx(expected, rel=DIGITS)
    everybody = ["households", "government", "investment"]
    for words, roles in (("households", ["households"]), ("final-users", everybody)):
        paid = consumer_prices(starter, change, role=roles)
        for code in ("DEU", "KOR"):
            share = figures[f"prices-{words}-{code.lower()}-price-change"].value
            extra = figures[f"prices-{words}-{code.lower()}-extra-cost"]
            assert share == pytest.approx(100 * paid.loc[code, "price_change"], rel=DIGITS)
            assert extra.value == pytest.approx(paid.loc[code, "extra_cost"] / 1000, rel=DIGITS)
            assert (extra.unit, extra.status, extra.method) == ("billion US$", "predicted", "cost-push")


def test_extraction_and_prices_are_drawn_and_printed_with_their_limits(industries):
    notes = [b.title for s in industries.document.sections for b in s.blocks if isinstance(b, Note)]
    assert notes == ["An upper bound, not a forecast", "All is passed on, and nobody turns away"]
    assert industries.files["html"].read_text("utf-8").count("<svg") >= 3
    assert industries.files["pdf"].stat().st_size > 10_000
    assert {method.id for method in industries.document.methods} == {"extraction", "cost-push"}


def test_named_groups_are_taken_out_whole_and_emissions_may_be_missing(tmp_path, starter):
    keys = 'extract = ["heavy"]\nemissions = "methane"\n'
    text = INDUSTRIES.replace(', "prices"', "") + keys
    made = _run(tmp_path, text)
    lost = extract(starter, block_of(starter, "DEU", "heavy"), extensions=[])
    figures = made.document.figure_by_id()
    expected = 100 * lost.loc["DEU", "value_added_lost"] / lost.loc["DEU", "value_added"]
    assert figures["extraction-deu-heavy-home"].value == pytest.approx(expected, rel=DIGITS)
    assert not any("emissions" in name for name in figures)
    tones = [b.tone for s in made.document.sections for b in s.blocks if isinstance(b, Note)]
    assert tones == ["missing", "caution"]


def test_a_fall_of_costs_elsewhere_is_told_as_one(tmp_path, starter):
    made = _run(tmp_path, INDUSTRIES.replace('"extraction", ', "") + '[cost_rise]\nshare = -0.1\nregions = ["CHN"]\n')
    paid = consumer_prices(starter, cost_push(starter, dict.fromkeys(block_of(starter, "CHN"), -0.1)))
    value = made.document.figure_by_id()["prices-households-deu-price-change"].value
    assert value == pytest.approx(100 * paid.loc["DEU", "price_change"], rel=DIGITS)
    said = "".join(span.text for span in made.document.findings[0].text)
    assert said.startswith("If costs of all industries in China fell by 10")
    assert " less for the same purchases" in said


def test_the_keys_bring_their_sections():
    bare = "\n".join(line for line in STARTER.splitlines() if not line.startswith("sections"))
    assert not {"extraction", "prices"} & set(parse_study(bare, "study.toml").sections)
    sections = parse_study(bare + '\nextract = ["metals"]\n' + RISE, "study.toml").sections
    assert {"extraction", "prices"} <= set(sections)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('sections = ["prices"]\n', r"'prices' is named, but the study has no \[cost_rise\]"),
        ('sections = ["accounts"]\nextract = ["metals"]\n', "extract: is given, but no section shows it"),
        ('sections = ["accounts"]\n' + RISE, "cost_rise: is given, but no section shows it. Name 'prices'"),
        ('extract = ["metals", "metals"]\n', "extract: 'metals' stands there twice"),
        ('extract = "metals"\n', "study.toml, extract: "),
        ("[cost_rise]\n", "cost_rise.share: is missing"),
        ("[cost_rise]\nshare = 0\n", "a share of 0 changes no price"),
        ("[cost_rise]\nshare = 50\n", "cost_rise.share: '50' is not within its bounds"),
        ("[cost_rise]\nshare = nan\n", "cost_rise.share"),
        ('[cost_rise]\nshare = "5 %"\n', "cost_rise.share"),
        (RISE + "rate = 1\n", "cost_rise.rate: unknown key"),
        (RISE + 'regions = ["GER"]\n', "cost_rise.regions.*Germany is DEU"),
        (RISE.replace('"energy"', '"energy", "energy"'), "a name stands there twice"),
        ("cost_rise = 0.05\n", "study.toml, cost_rise: "),
    ],
)
def test_wrong_keys_of_extraction_and_prices_are_refused(more, words):
    bare = "\n".join(line for line in STARTER.splitlines() if not line.startswith("sections"))
    with pytest.raises(InputError, match=words):
        parse_study(bare + "\n" + more, "study.toml")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('extract = ["metal"]\n' + RISE, "study.toml, extract: unknown sector or group 'metal'. Did you mean 'metals'"),
        (RISE.replace("energy", "enrgy"), "cost_rise.sectors: unknown sector or group 'enrgy'. Did you mean 'energy'"),
        (RISE + 'regions = ["FRA"]\n', "cost_rise.regions: unknown region 'FRA'"),
    ],
)
def test_industries_that_the_economy_lacks_are_refused_with_the_near_match(tmp_path, more, words):
    with pytest.raises(UnknownLabelError, match=words):
        _run(tmp_path, INDUSTRIES + more)


WIOD = """
title = "The United States since 2000"
country = "USA"
peers = ["DEU", "CHN"]
year = 2009
economy = "wiod2013"
extensions = ["jrc_wiod_co2"]
compare_year = 2000
sections = ["accounts", "scopes", "dependence", "supply-paths", "change"]
"""


@pytest.mark.real
def test_the_terms_of_a_change_add_up_and_both_years_are_locked(tmp_path, real_store, wiod):
    made = _run(tmp_path, WIOD, real_store)
    check_document(made.document)
    figures = made.document.figure_by_id()
    expected = decompose(wiod(2000), wiod(2009), "co2").table.loc["USA"]
    terms = ["intensity", "technology", "sourcing", "final-demand-mix", "final-demand-level", "direct use"]
    for term in terms:
        value = figures[f"change-usa-{term.replace(' ', '-')}"].value
        assert value == pytest.approx(expected[term] / 1000, rel=DIGITS)
    moved = sum(figures[f"change-usa-{term.replace(' ', '-')}"].value for term in terms)
    later, earlier = figures["change-usa-later"].value, figures["change-usa-earlier"].value
    assert later - earlier == pytest.approx(moved, abs=DIGITS * 2 * later)
    assert figures["change-usa-intensity"].period == "2000–2009"
    lock = json.loads((made.folder / "study.lock.json").read_text("utf-8"))
    assert {entry["year"] for entry in lock["inputs"]} == {2000, 2009}
    notes = [b.title for s in made.document.sections if s.id == "change" for b in s.blocks if isinstance(b, Note)]
    assert notes == ["Prices are in these terms"]


@pytest.mark.long
@pytest.mark.real
def test_a_deflator_changes_the_terms_and_the_warning(tmp_path, real_store, wiod):
    made = _run(
        tmp_path,
        WIOD.replace('["accounts", "scopes", "dependence", "supply-paths", "change"]', '["change"]')
        + "compare_deflator = 1.27\n",
        real_store,
    )
    value = made.document.figure_by_id()["change-usa-intensity"].value
    expected = decompose(wiod(2000), wiod(2009), "co2", deflators=1.27).table.loc["USA", "intensity"]
    assert value == pytest.approx(expected / 1000, rel=DIGITS)
    notes = [b.title for s in made.document.sections for b in s.blocks if isinstance(b, Note)]
    assert notes == ["One deflator for all"]


@pytest.mark.real
def test_of_many_industries_the_ten_largest_are_taken_out_and_all_products_listed(tmp_path, real_store, wiod):
    text = WIOD.replace('["accounts", "scopes", "dependence", "supply-paths", "change"]', '["extraction", "prices"]')
    made = _run(tmp_path, text.replace("compare_year = 2000\n", "") + RISE, real_store)
    tables = {b.id: b for s in made.document.sections for b in s.blocks if isinstance(b, Table)}
    economy = wiod(2009)
    output = pd.Series(economy.x, index=economy.index)["USA"]
    largest = output[list(economy.sector_groups["manufacturing"])].nlargest(10).index
    shown = {row[1].figure for row in tables["extraction-table"].rows}
    assert shown == {f"extraction-usa-{sector}-own" for sector in largest}
    assert len(tables["prices-products-table"].rows) == int((output > 0).sum())
