"""What-ifs, paths, sweeps and shocks of a brief: each heading, picture and sentence has the model's own figure for it.

The models are tested elsewhere; here it is which of their figures stands where, on three small countries (`trading`).
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from kaldor.atlas.store import Store
from kaldor.brief.document import Document
from kaldor.brief.study import parse_study
from kaldor.digits import shown
from kaldor.economy.economy import Economy
from kaldor.twin.futures.path import latest_starts, run_path
from kaldor.twin.futures.path_reached import summed
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import ShockResult, run_shock
from kaldor.twin.shocks.stress import WEEKLY, stress
from kaldor.twin.twin import Twin
from tests.brief.conftest import DIGITS
from tests.brief.trading import block, brief_of, columns, first_page, keep_trading, series, words

STRESS = 'stress = { region = "FRA", runs = 3, steps = 20, seed = 5 }\n'
SCENARIOS = """
[[scenarios]]
id = "adopt"
title = "New technology"
levers = [{ lever = "technology-adoption", strength = 10, regions = ["DEU"] }]

[[scenarios]]
id = "spare"
title = "Less power"
levers = [{ lever = "electricity-efficiency", strength = 20, regions = ["DEU"] }]
"""
SHOCKS = """
[[shocks]]
id = "idle"
title = "Idle works"
runs = 7
steps = 12
step_days = 7
seed = 3
events = [{ kind = "capacity", regions = ["POL"], sectors = ["works"], share = 0.6, days = 42 }]
"""
PATHS = """
[[paths]]
id = "by-2020"
region = "DEU"
start = 2011
end = 2020
step = 3
targets = [{ metric = "co2-production", by = 2020, cut = 1 }, { metric = "co2-production", by = 2020, cut = 90 }]

[[paths.levers]]
lever = "clean-electricity"
strength = 60
regions = ["DEU"]
adoption = { curve = "linear", start = 2012, until = 2016 }

[[paths.levers]]
lever = "carbon-price"
strength = 50
regions = ["DEU"]
adoption = { curve = "linear", start = 2012, until = 2019 }
"""
SWEEPS = """
[[sweeps]]
id = "many"
region = "POL"
scenario = "adopt"
sampling = "latin hypercube"
futures = 40
years = 4
seed = 9
metrics = ["co2-world", "co2-production", "real-income"]
fails = { metric = "co2-world", worse_than = -5 }
"""
AT_HOME = SWEEPS.replace('id = "many"\nregion = "POL"', 'id = "home"')
MORE = STRESS + SCENARIOS + SHOCKS + PATHS + SWEEPS


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("trading")
    keep_trading(made := Store(folder / "store"), folder / "files")
    return made


@pytest.fixture(scope="module")
def twin(store: Store) -> Twin:
    return Twin(Economy.from_published(store.economy("trading", 2010)))


@pytest.fixture(scope="module")
def brief(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Document:
    sections = ("scenarios", "paths", "sweeps", "shocks", "stress")
    return brief_of(store, tmp_path_factory.mktemp("brief"), sections, MORE).document


def declared(key: str) -> tuple:
    """What the study declares under a key."""
    head = 'title = "t"\ncountry = "DEU"\nyear = 2010\neconomy = "trading"\n'
    return getattr(parse_study(head + MORE, "study.toml"), key)


def of_scenario(twin: Twin, id: str, region: str = "DEU"):
    scenario = next(one for one in declared("scenarios") if one.id == id)
    return outcomes_of(twin, scenario, region=region)


def test_scenarios_stand_under_their_own_headings(brief: Document, twin: Twin) -> None:
    found = columns(brief, "scenarios-sustainability")
    for head, id in {"New technology": "adopt", "Less power": "spare"}.items():
        for metric in ("co2-world", "co2-production"):
            outcome = of_scenario(twin, id)[metric]
            row = found[outcome.metric.title]
            assert row["Before"] == pytest.approx(outcome.before / 1000, rel=DIGITS)
            assert row[head] == pytest.approx(outcome.change / 1000, rel=DIGITS, abs=1e-9), (head, metric)
    # At home 920 kt and in the world 1,620: not those of another country, and not those after the lever.
    title = of_scenario(twin, "adopt")["co2-production"].metric.title
    assert found[title]["Before"] == pytest.approx(0.920, rel=DIGITS)
    chart = series(brief, "scenarios-co2-world")
    assert (
        chart["New technology"]["Change"]
        == found[of_scenario(twin, "adopt")["co2-world"].metric.title]["New technology"]
    )


def test_scenarios_are_measured_for_the_country_of_the_study(store: Store, twin: Twin, tmp_path: Path) -> None:
    made = brief_of(store, tmp_path, ["scenarios"], SCENARIOS, country="POL").document
    outcome = of_scenario(twin, "adopt", region="POL")["co2-production"]
    row = columns(made, "scenarios-sustainability")[outcome.metric.title]
    assert row["Before"] == pytest.approx(0.540, rel=DIGITS)
    assert row["New technology"] == pytest.approx(outcome.change / 1000, rel=DIGITS, abs=1e-9)


def test_bands_of_scenarios_say_both_ends(brief: Document, twin: Twin) -> None:
    outcome = of_scenario(twin, "adopt")["real-income"]
    low, high = outcome.band
    assert low < high
    (said,) = re.findall(rf"New technology, {outcome.metric.title}: (\S+) to (\S+) ", words(brief, "scenarios"))
    numbers = [float(one.replace("−", "-")) for one in said]
    assert numbers == pytest.approx([low / 1000, high / 1000], rel=5e-3)
    assert numbers[0] < numbers[1]


def test_the_first_page_names_the_change_of_each_metric(brief: Document) -> None:
    (text,) = (one.text for one in brief.findings if one.section == "scenarios")
    named = ("real-income", "co2-world", "terms-of-trade")
    assert [span.figure for span in text if span.figure] == [f"scenarios-adopt-{id}" for id in named]


@pytest.fixture(scope="module")
def path(twin: Twin):
    (pathway,) = declared("paths")
    return pathway, run_path(twin, pathway)


def test_sums_of_a_path_under_their_headings(brief: Document, path) -> None:
    cumulative = path[1].cumulative
    found = columns(brief, "paths-by-2020-sums")
    line = cumulative.loc["co2-production"]
    row = found[str(line["title"])]
    assert line["reference"] != line["path"]
    for head, which in {"Without the levers": "reference", "With them": "path", "Change": "change"}.items():
        assert row[head] == pytest.approx(line[which] / 1000, rel=1e-4), head


def test_costs_of_a_path_are_of_its_last_year_and_of_all(brief: Document, path) -> None:
    _, result = path
    found = list(columns(brief, "paths-by-2020-costs").values())
    for row, line in zip(found, result.costs.columns, strict=True):
        costs = result.costs[line]
        assert row["In 2020"] == pytest.approx(costs.iloc[-1] / 1000, rel=1e-4, abs=1e-9)
        assert row["2011 to 2020"] == pytest.approx(summed(costs, list(costs.index)) / 1000, rel=1e-4, abs=1e-9)
    assert any(result.costs.iloc[-1] != result.costs.iloc[0])


def test_lines_of_a_path_are_named_as_they_run(brief: Document, path) -> None:
    yearly = path[1].yearly["co2-production"]
    last = series(brief, "paths-by-2020-co2-production")["2020"]
    assert last["With the levers"] == pytest.approx(yearly["path"].iloc[-1] / 1000, rel=1e-4)
    assert last["Without the levers"] == pytest.approx(yearly["reference"].iloc[-1] / 1000, rel=1e-4)
    assert last["With the levers"] < last["Without the levers"]


def test_milestones_and_latest_starts(brief: Document, path, twin: Twin) -> None:
    pathway, result = path
    found = list(columns(brief, "paths-by-2020-milestones").values())
    targets = {str(row.what): row.met for row in result.milestones.itertuples() if str(row.what).startswith("target")}
    assert sorted(targets.values()) == [False, True]
    assert [row["Target"] for row in found if row["Target"] in ("met", "not met")] == [
        "met" if met else "not met" for met in targets.values()
    ]
    starts = latest_starts(twin, pathway)
    shown_starts = list(columns(brief, "paths-by-2020-starts").values())
    assert list(starts["planned"]) == [2012] * len(starts)
    table = block(brief, "paths-by-2020-starts")
    figures = brief.figure_by_id()
    for cells, (_, row) in zip(table.rows, starts.iterrows(), strict=True):
        by_head = {
            column.title: figures.get(cell.figure or "") for column, cell in zip(table.columns, cells, strict=True)
        }
        assert by_head["Planned"].value == row["planned"]
        if row["latest"] == row["latest"]:
            assert by_head["Latest"].value == pytest.approx(row["latest"])
    assert shown_starts


def test_sweeps_show_the_ends_and_the_middle_of_their_bands(store: Store, twin: Twin, tmp_path: Path) -> None:
    """From the results file, which holds every future: percentiles of its column, not of another one."""
    made = brief_of(store, tmp_path, ("scenarios", "sweeps"), SCENARIOS + SWEEPS)
    change = pd.read_parquet(made.folder / "results" / "sweep_many_change.parquet")
    found = columns(made.document, "sweeps-many-bands")
    titles = {one.metric.id: one.metric.title for one in of_scenario(twin, "adopt").outcomes}
    for metric in ("co2-production", "real-income"):
        row, values = found[titles[metric]], change[metric]
        for head, level in {"5 %": 0.05, "Median": 0.5, "95 %": 0.95}.items():
            assert row[head] == pytest.approx(values.quantile(level) / 1000, rel=1e-3), (metric, head)
        assert len({shown(values.quantile(level)) for level in (0.05, 0.5, 0.75, 0.95)}) == 4
    assert found[titles["co2-production"]]["Better is"] == "less"
    assert found[titles["real-income"]]["Better is"] == "more"
    (text,) = (one.text for one in made.document.findings if one.section == "sweeps")
    ends = [made.document.figure_by_id()[span.figure].value for span in text if span.figure]
    assert ends == pytest.approx([change["real-income"].quantile(level) / 1000 for level in (0.05, 0.95)], rel=1e-3)


def test_a_sweep_has_the_region_seed_and_years_that_it_declares(store: Store, tmp_path: Path) -> None:
    made = brief_of(store, tmp_path, ("scenarios", "sweeps"), SCENARIOS + SWEEPS + AT_HOME).document
    said = words(made, "sweeps")
    assert "seed 9), measured for Poland" in said
    assert "Growth is compounded over 4 years" in said
    abroad, home = (columns(made, f"sweeps-{id}-bands") for id in ("many", "home"))
    both = [title for title in abroad if title in home and "production-based" in title]
    assert both
    assert all(abroad[title]["Median"] != home[title]["Median"] for title in both)


@pytest.fixture(scope="module")
def shock(twin: Twin) -> ShockResult:
    (asked,) = declared("shocks")
    return run_shock(twin.economy, asked, Parameters(dt=7), steps=12, bands=7, seed=3)


@pytest.mark.parametrize(("place", "regions"), [("deu", ["DEU"]), ("pol", ["POL"]), ("world", None)])
def test_losses_of_a_shock_under_their_headings(brief: Document, shock: ShockResult, place: str, regions) -> None:
    summary = shock.summary(regions)
    found = columns(brief, f"shocks-idle-losses-{place}")
    rows = {
        "Value added lost": ("lost_value_added", 1e-3),
        "The same, of what is normal over that time": ("lost_value_added_share", 100),
        "Direct: what the events themselves take": ("direct_loss", 1e-3),
        "Lost along chains, for want of an input or a buyer": ("lost_along_chains", 1e-3),
        "Made up by overtime, rebuilding and others’ sales": ("made_up", 1e-3),
        "Indirect: along chains less what is made up": ("indirect_loss", 1e-3),
    }
    heads = {"Central": "central", "5 %": "p5", "Median": "median", "95 %": "p95"}
    for words_, (measure, factor) in rows.items():
        for head, column in heads.items():
            expected = float(summary.loc[measure, column]) * factor
            assert found[words_][head] == pytest.approx(expected, rel=1e-4, abs=1e-7), (words_, head)


def test_the_band_in_words_is_the_band_of_the_runs(brief: Document, shock: ShockResult) -> None:
    (text,) = (one.text for one in brief.findings if one.section == "shocks")
    figures = brief.figure_by_id()
    values = [figures[span.figure].value for span in text if span.figure]
    row = shock.summary(["DEU"]).loc["lost_value_added"]
    assert values[:3] == pytest.approx([row[one] / 1000 for one in ("central", "p5", "p95")], rel=1e-4)
    assert len(set(values[:3])) == 3
    assert "lower in all in the central run" in first_page(brief, "shocks")


def test_losers_of_a_shock_have_central_low_and_high(brief: Document, shock: ShockResult) -> None:
    by_region = columns(brief, "shocks-idle-losers-regions")
    for name, code in {"Poland": "POL", "Germany": "DEU"}.items():
        row = shock.summary([code]).loc["lost_value_added"]
        heads = {"Lost, central": "central", "5 %": "p5", "95 %": "p95"}
        for head, column in heads.items():
            assert by_region[name][head] == pytest.approx(row[column] / 1000, rel=1e-4, abs=1e-9), (name, head)
    of_a_year = 100 * float(shock.summary(["POL"]).loc["lost_value_added", "central"]) / 70
    assert by_region["Poland"]["Of a normal year"] == pytest.approx(of_a_year, rel=1e-4)


def test_the_fan_and_the_map_of_a_shock(brief: Document, shock: ShockResult) -> None:
    fan = series(brief, "shocks-idle-fan-pol")
    for head, statistic in {"5 %": "p5", "Median": "median", "95 %": "p95"}.items():
        wanted = 100 * (shock.bands["POL", statistic].iloc[3] - 1)
        assert fan["4"][head] == pytest.approx(wanted, rel=1e-4), head
    central = 100 * (float(shock.value_added["POL"].iloc[3]) / 70 - 1)  # of a normal year's 70
    assert fan["4"]["Central"] == pytest.approx(central, rel=1e-4)
    lost = series(brief, "shocks-idle-map")
    assert fan["5"]["Central"] < 0
    assert lost["Poland"]["Week 5"] == pytest.approx(-fan["5"]["Central"], rel=1e-4)  # what is missing is above zero
    assert next(iter(lost)) == "Poland"


def test_the_stress_test_is_on_the_region_that_it_names(brief: Document, twin: Twin) -> None:
    found = stress(twin.economy, "FRA", runs=3, steps=20, seed=5, parameters=WEEKLY).shocks
    assert "stands up to" in next(one.title for one in brief.sections if one.id == "stress")
    assert "France" in next(one.title for one in brief.sections if one.id == "stress")
    rows = columns(brief, "stress-shocks")
    ran = found[(found["note"] == "") & (found.index != "all")]
    assert len(ran) > 0
    for _, row in ran.iterrows():
        line = rows[str(row["title"])[:1].upper() + str(row["title"])[1:]]
        for which in ("mean", "tail"):
            wanted = 100 * float(row[f"value_added_at_risk_{which}"])
            assert line[which.capitalize()] == pytest.approx(wanted, rel=1e-4, abs=1e-9), (row["title"], which)
        assert line["World, mean"] == pytest.approx(row["world_mean"] / 1000, rel=1e-4, abs=1e-9)
    assert any(
        abs(row["value_added_at_risk_mean"] - row["value_added_at_risk_tail"]) > 1e-9 for _, row in ran.iterrows()
    )
