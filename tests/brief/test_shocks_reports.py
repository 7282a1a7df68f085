"""Who pays for a shock, the supplier that is missed, what dear products cost whom, and three horizons, in a brief."""

from __future__ import annotations

import pytest

from kaldor.brief.document import Chart, Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.study import read_study
from kaldor.brief.wording import listing
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.twin.horizons import HORIZONS, horizons
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.ranges import RANGES
from kaldor.twin.shocks.run import ShockResult, run_shock
from kaldor.twin.shocks.words import SAME_LOSS, SIGNS
from tests.brief.conftest import DIGITS

STUDY = """
title = "Who pays"
country = "DEU"
year = 2018
economy = "starter"
sections = ["shocks"]

[[shocks]]
id = "ban"
title = "China sells no electronics to Germany"
runs = 3
steps = 30
seed = 2
horizons = true
events = [{ kind = "ban", origins = ["CHN"], destinations = ["DEU"], products = ["electronics"], days = 210 }]

[[shocks]]
id = "dear"
title = "Power twice as dear in Germany"
runs = 1
steps = 3
events = [{ kind = "price", regions = ["DEU"], products = ["utilities"], rise = 1.0, days = 50 }]

[[shocks]]
id = "idle"
title = "Metals stand still"
runs = 1
steps = 3
horizons = true
events = [{ kind = "capacity", regions = ["JPN"], sectors = ["metals"], share = 0.5, days = 14 }]
"""


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("who-pays")
    (folder / "study.toml").write_text(STUDY, "utf-8")
    return run_study(folder / "study.toml", out=folder / "brief", formats=["html"])


@pytest.fixture(scope="module")
def ran(brief: StudyResult) -> dict[str, ShockResult]:
    economy = Economy.from_published(starter_world())
    study = read_study(brief.folder.parent / "study.toml").study
    return {
        one.id: run_shock(economy, one, Parameters(dt=7), steps=one.steps, bands=one.runs, seed=one.seed)
        for one in study.shocks
    }


def cells(brief: StudyResult, id: str) -> dict[str, dict[str, float | str | None]]:
    """A table's figures (or words) by the words of its row and column."""
    (table,) = (b for s in brief.document.sections for b in s.blocks if isinstance(b, Table) and b.id == id)
    figures = brief.document.figure_by_id()
    return {
        row[0].text: {
            column.title: figures[cell.figure].at(cell.at) if cell.figure else cell.text
            for column, cell in zip(table.columns, row, strict=True)
        }
        for row in table.rows
    }


def said(brief: StudyResult) -> str:
    """All running text of the section, as a reader sees it."""
    texts = [b.text for s in brief.document.sections for b in s.blocks if b.kind in ("paragraph", "note")]
    return " ".join("".join(span.text for span in text) for text in texts)


BAND = {"Central": "central", "5 %": "p5", "Median": "median", "95 %": "p95"}


@pytest.mark.parametrize(
    ("words", "measure"),
    [
        ("Final demand not delivered", "unmet_final_demand"),
        ("Final demand not delivered elsewhere", "unmet_final_demand_elsewhere"),
        ("Direct loss elsewhere; of a ban the sender’s own", "direct_loss_elsewhere"),
    ],
)
def test_who_pays_stands_beside_the_countrys_loss_with_its_band(
    brief: StudyResult, ran: dict[str, ShockResult], words: str, measure: str
) -> None:
    row, expected = cells(brief, "shocks-ban-losses-deu")[words], ran["ban"].summary(["DEU"]).loc[measure]
    assert row["Unit"] == "billion US$"
    for head, column in BAND.items():
        assert row[head] == pytest.approx(expected[column] / 1e3, rel=DIGITS, abs=1e-6)
    assert expected["central"] > 0


def test_the_two_sides_of_one_loss_and_the_signs_are_said_beside_the_figures(brief: StudyResult) -> None:
    (table,) = (
        b for s in brief.document.sections for b in s.blocks if isinstance(b, Table) and "ban-losses-deu" in b.id
    )
    for sentence in (SAME_LOSS, SIGNS, "Central: usual behaviour; median: of the draws."):
        assert sentence in table.caption


def test_how_sure_this_is_names_everything_that_is_varied_in_whole_words(brief: StudyResult) -> None:
    text = said(brief)
    assert f"nothing else: {listing([one.short for one in RANGES])}. None of this" in text
    for broken in ("0 low", "that an important,", "share of its users", "whether products that fall short hit"):
        assert broken not in text


def test_indirect_over_direct_is_of_the_world_alone(brief: StudyResult, ran: dict[str, ShockResult]) -> None:
    words = "Indirect loss for each unit of direct loss"
    row, expected = cells(brief, "shocks-ban-losses-world")[words], ran["ban"].summary().loc["indirect_per_direct"]
    assert row["Unit"] == "ratio"
    assert row["Central"] == pytest.approx(expected["central"], rel=DIGITS)
    assert words not in cells(brief, "shocks-ban-losses-deu")
    assert "Final demand not delivered elsewhere" not in cells(brief, "shocks-ban-losses-world")


def test_the_text_says_who_else_pays(brief: StudyResult) -> None:
    text = said(brief)
    assert "Who else pays: final users at home go without" in text
    assert text.count("This is the world’s loss seen from those who use, not to be added to it.") == 2
    assert "directly from China." in text
    assert "directly from Japan." in text


def test_the_supplier_that_is_missed_is_named(brief: StudyResult, ran: dict[str, ShockResult]) -> None:
    table, expected = cells(brief, "shocks-ban-breaks-first"), ran["ban"].bottlenecks()
    assert expected.loc["electronics", "lost_supplier"] == "CHN"
    (row,) = (row for words, row in table.items() if words.startswith("Electr"))
    assert row["Supplier that is missed most"] == "China"


def test_the_countrys_own_industries_stand_apart_from_the_worlds(
    brief: StudyResult, ran: dict[str, ShockResult]
) -> None:
    own, losers = cells(brief, "shocks-ban-losers-own-industries"), ran["ban"].losers()["central"]
    assert all(words.startswith("Germany: ") for words in own)
    first = next(iter(own.values()))
    assert first["Lost, central"] == pytest.approx(losers.xs("DEU", level="region").iloc[0] / 1e3, rel=DIGITS)


def test_what_dear_products_cost_whom_and_who_wins(brief: StudyResult, ran: dict[str, ShockResult]) -> None:
    table, effects = cells(brief, "shocks-dear-baskets"), ran["dear"].price_effects()
    heads = {
        "Final basket dearer by": ("basket_rise", 100.0),
        "Real income lost": ("real_income_loss", 1e-3),
        "The same, of value added": ("real_income_loss_share", 100.0),
        "Windfall of its sellers": ("windfall", 1e-3),
        "Lost after windfall": ("net_loss", 1e-3),
    }
    for head, (name, factor) in heads.items():
        assert table["Germany"][head] == pytest.approx(effects.loc["DEU", name] * factor, rel=DIGITS, abs=1e-6)
    world = table["All regions"]
    for head in ("Real income lost", "Windfall of its sellers"):
        assert world[head] == pytest.approx(effects[heads[head][0]].sum() / 1e3, rel=DIGITS)
    assert world["Real income lost"] == pytest.approx(world["Windfall of its sellers"], rel=0.02)  # but for inventories
    assert world["Final basket dearer by"] == "–"
    first = next(iter(cells(brief, "shocks-dear-costs").values()))
    assert first["Rise"] == pytest.approx(100 * ran["dear"].cost_rises()["cost_rise"].iloc[0], rel=DIGITS)
    assert "Volumes: not moved" in said(brief)
    (baskets,) = (
        b for s in brief.document.sections for b in s.blocks if isinstance(b, Table) and "dear-baskets" in b.id
    )
    assert baskets.caption.startswith("Dearer for buyers in Germany, whoever sells: ")
    assert "Germany’s final basket becomes" in said(brief)
    assert "shocks-dear-losses-deu" not in brief.files["html"].read_text("utf-8"), "it would have said 0"


def test_three_horizons_stand_in_one_picture_with_what_each_contains(
    brief: StudyResult, ran: dict[str, ShockResult]
) -> None:
    charts = [b for s in brief.document.sections for b in s.blocks if isinstance(b, Chart) and "horizons" in b.id]
    assert [chart.id for chart in charts] == ["shocks-ban-horizons"]
    regions = ran["ban"].economy.regions
    places = {"Germany": ["DEU"], "China": ["CHN"], "the world": regions}
    expected = horizons(ran["ban"], places)
    figures = brief.document.figure_by_id()
    rows = {row.label: row.values(figures) for row in charts[0].rows}
    assert len(rows) == 9
    for place in places:
        for horizon in HORIZONS:
            value, low, high = expected.of(place, horizon)
            shown = rows[f"{place[:1].upper()}{place[1:]}: {expected.called(horizon)}"]
            assert shown == pytest.approx([low, value, high], rel=1e-3, abs=1e-6)
    contents = cells(brief, "shocks-ban-horizons-contents")
    assert next(iter(contents)) == "First 210 days", "as long as is simulated, and no days to weeks"
    assert charts[0].title.endswith("the first 210 days, the first years, the long run")
    assert [row["Source"] != "" and row["What is in it"] != "" for row in contents.values()] == [True] * 3
    methods = {figures[row.figures[0]].method for row in charts[0].rows}
    assert methods == {"shock", "lasting-loss"}


def test_of_what_is_no_ban_the_brief_says_why_nothing_lasting_is_told(brief: StudyResult) -> None:
    titles = [b.title for s in brief.document.sections for b in s.blocks if b.kind == "note"]
    assert "What is left of it for good: Metals stand still" in titles
    assert "industry that stands still and starts again is as before" in said(brief)


def test_the_methods_of_a_brief_name_what_is_assumed_of_goods_and_of_prices(brief: StudyResult) -> None:
    methods = {one.id: one for one in brief.document.methods}
    shock, prices = methods["shock"], methods["price-shock"]
    for word in ("Specificity", "Importance", "Saving", "Overlap", "fades", "what is typed"):
        assert word in shock.text
    for source in ("Rauch (1999)", "Pichler et al. (2022)", "Barrot and Sauvagnat (2016)"):
        assert source in shock.source
    assert "(I − Aᵀ)⁻¹ t" in prices.text
    dear = {figure.method for figure in brief.document.figures if figure.id.startswith("shocks-dear")}
    assert "price-shock" in dear
