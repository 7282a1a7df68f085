"""What stands beside each heading, in each picture and each sentence, against accounts done by hand (`trading`)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.store import Store
from kaldor.brief.document import Document
from kaldor.brief.run import run_study
from kaldor.brief.sections.economy.extraction.build import _largest
from kaldor.economy.accounts import DIRECT_USE, country_accounts, footprint
from kaldor.economy.decomposition import decompose
from kaldor.economy.economy import Economy
from kaldor.economy.linkages import linkages
from kaldor.economy.opening import open_table
from kaldor.economy.upstream import positions
from kaldor.words import STATUSES, weakest
from tests.brief.conftest import DIGITS
from tests.brief.trading import YEARS, block, brief_of, columns, first_page, keep_trading, keep_water, series, words

SECTIONS = ("accounts", "sources", "scopes", "supply-paths", "exports", "extraction", "prices", "linkages", "change")
MORE = f"""
jobs = ["jobs"]
extract = ["power", "works"]
compare_year = {YEARS[0]}
cost_rise = {{ share = 0.1, regions = ["POL"], sectors = ["power"] }}
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("trading")
    keep_trading(made := Store(folder / "store"), folder / "files")
    return made


@pytest.fixture(scope="module")
def brief(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Document:
    return brief_of(store, tmp_path_factory.mktemp("brief"), SECTIONS, MORE).document


@pytest.fixture(scope="module")
def economies(store: Store) -> Mapping[int, Economy]:
    return {year: Economy.from_published(store.economy("trading", year)) for year in YEARS}


def near(**figures: float) -> object:
    """Figures by heading, where `_` stands for a blank, as a brief shows them."""
    return pytest.approx({heading.replace("_", " "): value for heading, value in figures.items()}, rel=DIGITS, abs=1e-9)


def shown(found: Mapping[str, object], *headings: str) -> dict[str, object]:
    return {heading: found[heading] for heading in headings}


def test_accounts_under_their_headings(brief: Document) -> None:
    """Consumption: DEU 300 + 60 × 3.25 + 20 + 30 × 2.15 + 100; FRA 260 + 20 + 107.5 + 30 + 50; POL 130 + 43 + 200 + 60
    + 10 + 30. In exports: DEU 80 × 2 + 50 × 1.4 + 40 × 2 + 20 × 1.4 = 338, the emissions in DEU behind others' use.
    """
    found = columns(brief, "accounts-table")
    heads = ("Production", "Consumption", "In imports", "In exports", "Households’ own")
    by_hand = {
        "Germany": (0.920, 0.6795, 0.0975, 0.338, 0.1),
        "France": (0.160, 0.4675, 0.338, 0.0305, 0.05),
        "Poland": (0.540, 0.473, 0.1202, 0.1872, 0.03),
    }
    for country, figures in by_hand.items():
        assert [found[country][head] for head in heads] == pytest.approx(figures, rel=DIGITS), country
    assert [found[country]["Difference"] for country in by_hand] == pytest.approx(
        [100 * (679.5 / 920 - 1), 100 * (467.5 / 160 - 1), 100 * (473 / 540 - 1)], rel=DIGITS
    )


def test_accounts_in_pictures_and_words(brief: Document) -> None:
    both = series(brief, "accounts-both")
    assert both["Germany"] == near(Production=0.920, Consumption=0.6795)
    assert both["France"] == near(Production=0.160, Consumption=0.4675)
    assert list(both) == ["Germany", "Poland", "France"]  # by the larger of the two: 920, 540, 467.5
    assert list(series(brief, "accounts-balance")) == ["France", "Poland", "Germany"]  # 192, −12, −26 %
    assert "Largest: France, 192 %" in block(brief, "accounts-balance").alt.replace("\u202f", " ")
    assert "smallest: Germany, −26.1 %" in block(brief, "accounts-balance").alt.replace("\u202f", " ")
    said = words(brief, "accounts")
    assert "26.1 % less than the 0.920 Mt CO₂" in first_page(brief, "accounts")
    assert "0.338 Mt CO₂ of that went into goods and services for users abroad" in said
    assert "0.0975 Mt CO₂ arose abroad and 0.100 Mt CO₂ came straight" in said


def test_a_country_that_consumes_more_than_it_emits_is_said_to(store: Store, tmp_path: Path) -> None:
    said = first_page(brief_of(store, tmp_path, ["accounts"], country="FRA").document, "accounts")
    assert "192 % more than the 0.16" in said


def test_where_a_footprint_arises(brief: Document) -> None:
    """FRA 60 × 0.05 + 30 × (0.5 + 0.2 × 0.05) = 18.3, POL 60 × 1.2 + 30 × 0.24 = 79.2; 97.5 of 679.5 abroad."""
    assert series(brief, "sources-regions") == {
        "Poland": near(Emissions=0.0792),
        "France": near(Emissions=0.0183),
    }
    assert series(brief, "sources-products") == {  # power 300, works 195 + 64.5, farms 20
        "Power": near(Emissions=0.3),
        "Works": near(Emissions=0.2595),
        "Farms": near(Emissions=0.02),
    }
    said = first_page(brief, "sources")
    assert "14.3 % of that footprint arose abroad" in said
    assert "largest sources were Poland (0.0792 Mt CO₂) and France (0.0183 Mt CO₂)" in said
    found = columns(brief, "sources-regions-products")
    assert found["Poland"]["First product"] == found["Poland"]["Emissions"] == pytest.approx(0.0792, rel=DIGITS)


def test_the_share_that_arises_abroad_of_another_country(store: Store, tmp_path: Path) -> None:
    found = brief_of(store, tmp_path, ["sources"], country="POL").document.figure_by_id()
    abroad = 100 * 120.2 / 473  # all that is embodied in imports
    assert found["sources-share-abroad"].value == pytest.approx(abroad, rel=DIGITS)


def test_the_three_largest_sources_are_three(tmp_path: Path) -> None:
    """On the starter world, which has more of them than three."""
    text = 'title = "t"\ncountry = "KOR"\nyear = 2018\neconomy = "starter"\nsections = ["sources"]\n'
    (tmp_path / "study.toml").write_text(text, "utf-8")
    made = run_study(tmp_path / "study.toml", None, tmp_path / "brief", ["json"]).document
    column = footprint(Economy.from_published(open_table("starter")), "co2", by="region")["KOR"]
    abroad = column.drop("KOR").drop(labels=DIRECT_USE, errors="ignore").sort_values(ascending=False)
    three = made.figure_by_id()["sources-share-top-three"].value
    assert three == pytest.approx(100 * abroad.iloc[:3].sum() / column.sum(), rel=1e-4)
    assert abroad.iloc[2] > 1e-3 * column.sum()


def test_scopes_of_the_industry_of_three_countries(brief: Document) -> None:
    """DEU works: own 200, power 20 × 10 = 200, the rest of 200 × 3.25; FRA 50, 10 × 10, 215 − 150; POL 100, 10 × 20."""
    found = columns(brief, "scopes-blocks")
    heads = ("Scope 1", "Scope 2", "Scope 3 upstream", "Scope 3 upstream over 1 and 2")
    for country, figures in {
        "Germany": (0.2, 0.2, 0.25, 250 / 400),
        "France": (0.05, 0.1, 0.065, 65 / 150),
        "Poland": (0.1, 0.2, 0, 0),
    }.items():
        assert [found[country][head] for head in heads] == pytest.approx(figures, rel=DIGITS, abs=1e-9), country
    assert series(brief, "scopes-industries")["Works"] == pytest.approx(
        {"Scope 1": 0.2, "Scope 2": 0.2, "Scope 3 upstream": 0.25}, rel=DIGITS
    )
    said = words(brief, "scopes")  # 315 of 850 pooled; 0.625, 0.433, 0: the middle one
    assert "scope 3 upstream is 0.371 times scopes 1 and 2 together when all are pooled" in said
    assert "and 0.433 times in the middle industry" in said


def test_scopes_of_another_country_in_its_own_words(store: Store, tmp_path: Path) -> None:
    made = brief_of(store, tmp_path, ["scopes"], country="FRA").document
    said = first_page(made, "scopes")
    assert "emitted 0.0500 Mt CO₂ itself, 0.100 Mt CO₂ through its electricity and 0.0650 Mt CO₂ further up" in said
    assert series(made, "scopes-industries")["Works"]["Scope 2"] == pytest.approx(0.1, rel=DIGITS)


def test_chains_by_their_depth(brief: Document) -> None:
    """Of 579.5 kt through chains: 300 + 60 + 20 + 15 of those who finish, 60 + 24 + 3 + 30 + 6 of their suppliers,
    48 + 6 + 2.4 + 0.3 of the suppliers of those, 4.8 further up.
    """
    depth = {label: row["Share"] for label, row in series(brief, "supply-paths-depth").items()}
    assert depth == pytest.approx(
        {
            "Final producers themselves": 100 * 395 / 579.5,
            "Their suppliers": 100 * 123 / 579.5,
            "Suppliers of those": 100 * 56.7 / 579.5,
            "Further up": 100 * 4.8 / 579.5,
            "All smaller chains": 0,
        },
        rel=DIGITS,
        abs=1e-6,
    )
    chains = columns(brief, "supply-paths-largest")
    assert next(iter(chains)) == "Germany: power"
    first = next(iter(chains.values()))
    assert shown(first, "Emissions", "Share") == near(Emissions=0.3, Share=100 * 300 / 579.5)
    long = chains["Poland: power → works → Germany: works"]  # 60 × 0.2 × 0.2 × 20
    assert shown(long, "Emissions", "Share") == near(Emissions=0.048, Share=100 * 48 / 579.5)
    said = words(brief, "supply-paths")
    assert "producers themselves emit 68.2 % of it, their direct suppliers 21.2 %" in said


def test_what_exports_leave_at_home(brief: Document) -> None:
    """DEU exports 10 power and 140 works, of which 10 + 140 × (0.65 + 0.1) stay: 115 of its 210 of value added; FRA 10
    farms and 50 works × 0.7 of 130; POL 40 works × (0.8 + 0.2) of 70. Jobs: 0.5 + 140 × 0.07 of 18; 1 + 50 × 0.07 of
    12; 40 × (0.2 + 0.02) of 13.
    """
    found = columns(brief, "exports-countries")
    heads = ("Gross exports", "Value added in them", "Per gross exports", "Of all value added")
    for country, figures in {
        "Germany": (0.150, 0.115, 11500 / 150, 11500 / 210),
        "France": (0.060, 0.045, 75, 4500 / 130),
        "Poland": (0.040, 0.040, 100, 4000 / 70),
    }.items():
        assert [found[country][head] for head in heads] == pytest.approx(figures, rel=DIGITS), country
    assert list(series(brief, "exports-share")) == ["Poland", "Germany", "France"]
    jobs = columns(brief, "exports-jobs")
    for country, (amount, share) in {
        "Germany": (10.3, 1030 / 18), "France": (4.5, 450 / 12), "Poland": (8.8, 880 / 13),
    }.items():  # fmt: skip
        assert (jobs[country]["Jobs"], jobs[country]["of all"]) == pytest.approx((amount, share), rel=DIGITS), country
    by_definition = columns(brief, "exports-definitions")
    # Of 150 exported 10 + 20 × … come back in French investment goods for Germany: 30 × (0.1 + 0.2 × 0.75) = 7.5.
    assert by_definition["Finally used abroad"]["Value added"] == pytest.approx(0.115 - 0.0075, rel=DIGITS)
    assert by_definition["Domestic content of gross exports"]["Value added"] == pytest.approx(0.115, rel=DIGITS)


def test_what_hangs_on_an_industry(brief: Document) -> None:
    """Works gone: its 130 and 20 of power of 210 at home, 40 of Poland and 10 of France abroad; of 820 kt 200 + 200 at
    home, 40 × 6 + 10 abroad. Power buys nothing: its 60, and 600 kt.
    """
    found = columns(brief, "extraction-table")
    heads = ("Value added of its own", "Lost at home", "Lost abroad", "Emissions lost at home", "Emissions lost abroad")
    works = (13000 / 210, 15000 / 210, 5000 / 210, 40000 / 820, 25000 / 820)
    assert [found["Works"][head] for head in heads] == pytest.approx(works, rel=DIGITS)
    power = (6000 / 210, 6000 / 210, 0, 60000 / 820, 0)
    assert [found["Power"][head] for head in heads] == pytest.approx(power, rel=DIGITS, abs=1e-6)
    assert list(found) == ["Works", "Power"]  # the one on which most hangs first, whatever the study's order
    assert series(brief, "extraction-value-added")["Works"] == pytest.approx(
        {"At home": 15000 / 210, "Abroad": 5000 / 210}, rel=DIGITS
    )
    assert "industries, 48.8 % would go" in words(brief, "extraction")


def test_without_names_the_largest_manufacturing_is_taken_out(store: Store, tmp_path: Path) -> None:
    assert list(columns(brief_of(store, tmp_path, ["extraction"]).document, "extraction-table")) == ["Works"]


def test_on_whom_an_industry_depends_at_face_value(store: Store, tmp_path: Path) -> None:
    """German works buy 20 at home, 40 of Polish works and 10 of French farms; French ones all 30 in Germany, Polish
    ones nothing abroad.
    """
    made = brief_of(store, tmp_path, ["dependence"]).document
    shares = {country: row["Face value"] for country, row in series(made, "dependence-countries").items()}
    assert shares == pytest.approx({"Germany": 5000 / 70, "France": 100, "Poland": 0}, rel=DIGITS, abs=1e-9)
    inputs = {name: row["Face value"] for name, row in series(made, "dependence-inputs").items()}
    assert inputs["Works"] == pytest.approx(4000 / 70, rel=DIGITS)
    assert inputs["Farms"] == pytest.approx(1000 / 70, rel=DIGITS)
    behind = columns(made, "dependence-suppliers")
    assert behind["Works"]["Face value"] == pytest.approx(4000 / 70, rel=DIGITS)
    assert behind["Works"]["First supplier"] == behind["Farms"]["First supplier"] == pytest.approx(100, rel=DIGITS)


def test_of_many_industries_the_ten_largest_are_taken_out() -> None:
    codes = [f"i{number:02}" for number in range(12)]
    index = pd.MultiIndex.from_product([["DEU"], codes], names=["region", "sector"])
    economy = SimpleNamespace(sector_groups={}, sectors=codes, x=np.arange(12.0), index=index)
    assert _largest(SimpleNamespace(economy=economy, country="DEU")) == codes[:1:-1]


def test_where_a_rise_of_costs_ends(brief: Document) -> None:
    """Polish power + 10 %: Polish works + 2 %, German + 0.4 %, French + 0.08 %. German households pay 60 × 0.4 %
    of 110, all final users 30 × 0.08 % more, of 140; French 80 × 0.4 % + 50 × 0.08 % of 180; Polish 1 + 0.2 + 0.016
    of 50, and 40 × 0.4 % more, of 90.
    """
    found = columns(brief, "prices-users-table")
    heads = ("Households", "Households, in a year", "Final users", "Final users, in a year")
    for country, figures in {
        "Germany": (24 / 110, 0.24e-3, 26.4 / 140, 0.264e-3),
        "France": (36 / 180, 0.36e-3, 36 / 180, 0.36e-3),
        "Poland": (121.6 / 50, 1.216e-3, 137.6 / 90, 1.376e-3),
    }.items():
        assert [found[country][head] for head in heads] == pytest.approx(figures, rel=DIGITS), country
    assert series(brief, "prices-products")["Works"] == pytest.approx({"Change of price": 0.4}, rel=DIGITS)
    said = first_page(brief, "prices")
    assert "in Poland rose by 10 %" in said
    assert "would pay 0.218 % more" in said


def test_costs_that_fall_are_said_to_fall(store: Store, tmp_path: Path) -> None:
    fall = 'cost_rise = { share = -0.1, sectors = ["power"] }\n'
    said = first_page(brief_of(store, tmp_path, ["prices"], fall).document, "prices")
    assert "in Germany fell by 10 %" in said
    assert "3.27 % less" in said  # 30 × 10 % + 60 × 1 % of 110


def test_linkages_under_their_headings(brief: Document, economies: Mapping[int, Economy]) -> None:
    own = linkages(economies[2010], variation=False).loc["DEU"].join(positions(economies[2010]).loc["DEU"])
    found = columns(brief, "linkages-table")
    names = {"Power": "power", "Works": "works", "Farms": "farms"}
    heads = {
        "Backward": "power",
        "Forward": "sensitivity_ghosh",
        "To final use": "upstreamness",
        "From primary inputs": "downstreamness",
    }
    for name, sector in names.items():
        for head, measure in heads.items():
            assert found[name][head] == pytest.approx(own.loc[sector, measure], rel=DIGITS), (name, head)
    # Works buys 20 of power at home for 200, nobody else buys: 1.1 beside 1 and 1.
    assert found["Works"]["Backward"] == pytest.approx(1.1 / (3.1 / 3), rel=DIGITS)
    assert found["Works"]["Backward"] > found["Works"]["Forward"]
    assert series(brief, "linkages-largest")["Works"]["Backward"] == found["Works"]["Backward"]
    assert series(brief, "linkages-largest")["Power"]["Forward"] == found["Power"]["Forward"]
    furthest = max(names, key=lambda name: found[name]["To final use"])
    assert f"Furthest from final use is {furthest.lower()}" in words(brief, "linkages")


def test_terms_of_a_change_under_their_headings(brief: Document, economies: Mapping[int, Economy]) -> None:
    terms = decompose(economies[2005], economies[2010], "co2").table
    assert terms.loc["DEU", "direct use"] == pytest.approx(100 - 125)
    found = columns(brief, "change-table")
    heads = {
        "Before": "earlier",
        "Intensity": "intensity",
        "Technology": "technology",
        "Sourcing": "sourcing",
        "Mix": "final-demand-mix",
        "Level": "final-demand-level",
        "Households": "direct use",
        "After": "later",
    }
    assert len(set(terms.loc["DEU", list(heads.values())])) == len(heads)
    for country, code in {"Germany": "DEU", "France": "FRA"}.items():
        for head, term in heads.items():
            assert found[country][head] == pytest.approx(terms.loc[code, term] / 1000, rel=1e-4, abs=1e-8), (code, head)
    both = [country_accounts(economies[year], "co2").loc["DEU", "consumption"] for year in YEARS]
    assert both[1] > both[0]
    figures = brief.figure_by_id()
    assert figures["change-deu-change"].value == pytest.approx((both[1] - both[0]) / 1000, rel=1e-4)
    assert "emissions rose by" in first_page(brief, "change")
    level = figures["change-deu-final-demand-level"]
    assert level.id in [span.figure for one in brief.sections if one.id == "change" for span in one.blocks[0].text]


def test_a_deflator_takes_prices_out_of_the_terms(
    store: Store, tmp_path: Path, economies: Mapping[int, Economy]
) -> None:
    more = f"compare_year = {YEARS[0]}\ncompare_deflator = 1.5\n"
    made = brief_of(store, tmp_path, ["change"], more, country="FRA").document
    found = columns(made, "change-table")["France"]
    terms = decompose(economies[2005], economies[2010], "co2", deflators=1.5).table.loc["FRA"]
    assert found["Level"] == pytest.approx(terms["final-demand-level"] / 1000, rel=1e-4)
    assert terms["later"] < terms["earlier"]
    assert "emissions fell by" in first_page(made, "change")


def test_a_brief_is_as_sure_as_the_weakest_that_it_carries(brief: Document) -> None:
    """The table is observed, its CO2 estimated: so are figures of emissions, and the brief as a whole."""
    figures = brief.figure_by_id()
    assert figures["accounts-deu-production"].status == "estimated"
    assert brief.status == weakest(*(one.status for one in brief.figures if one.status in STATUSES)) == "predicted"
    assert figures["accounts-deu-production"].sources == ("trading",)


def test_every_source_of_a_figure_is_named_and_what_a_dataset_says_is_kept(store: Store, tmp_path: Path) -> None:
    keep_water(store, tmp_path / "water")
    more = 'extensions = ["water"]\n'
    made = brief_of(store, tmp_path, ["accounts"], more, emissions="water").document
    figure = made.figure_by_id()["accounts-deu-production"]
    assert (figure.value, figure.unit, figure.sources) == (12, "million m3", ("trading", "water"))
    assert {one.id for one in made.sources} == {"trading", "water"}
    assert any("worked out by hand" in note for note in made.notes)
