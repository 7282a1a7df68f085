"""Sweeps in a study at fixed prices: bands, shares of variance and failing futures, as sweep, sensitivity and discover
give them. Where prices respond: test_futures_responding.py."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kaldor.brief.document import Bullets, Chart, Paragraph, Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.study import parse_study
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError
from kaldor.twin.futures.discovery import discover
from kaldor.twin.futures.ranges import lever_ranges, packaged_growth_ranges
from kaldor.twin.futures.sampling import plan
from kaldor.twin.futures.sensitivity import sensitivity
from kaldor.twin.futures.sweep import SweepResult, sweep
from kaldor.twin.twin import Twin
from tests.brief.conftest import DIGITS

STUDY = """
title = "A sweep on the starter world"
country = "KOR"
year = 2018
economy = "starter"
sections = ["sweeps"]

[[sweeps]]
id = "lean"
title = "Lean materials"
view = "fixed prices"
futures = 100
seed = 4
years = 10
metrics = ["co2-world", "real-income", "jobs", "single-suppliers"]
levers = [{ lever = "material-efficiency", strength = 10, regions = ["KOR"] }]
fails = { metric = "co2-world", worse_than = -6000 }
"""


def run(folder: Path, text: str = STUDY, formats: tuple[str, ...] = ("html",)) -> StudyResult:
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return run_study(folder / "study.toml", out=folder / "brief", formats=formats)


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return run(tmp_path_factory.mktemp("sweeps"))


@pytest.fixture(scope="module")
def swept() -> SweepResult:
    """The same by hand: four ranges make 6 rows a base, and 16 is the largest power of 2 with 6 × 16 ≤ 100."""
    twin = Twin(Economy.from_published(starter_world()))
    scenario = parse_study(STUDY, "s.toml").sweeps[0].asked(())
    ranges = (*lever_ranges(twin, scenario), *packaged_growth_ranges(twin.economy))
    assert len(ranges) == 4
    metrics = ["co2-world", "real-income", "jobs", "single-suppliers"]
    design = plan(
        twin, scenario, ranges, runs=16, seed=4, region="KOR", method="sobol", metrics=metrics, years=10
    )  # fmt: skip
    return sweep(twin, design, where=None)


def block(brief: StudyResult, id: str) -> Chart | Table:
    return next(b for s in brief.document.sections for b in s.blocks if isinstance(b, Chart | Table) and b.id == id)


def test_why_a_sobol_sample_has_fewer_futures_than_allowed_is_said(brief: StudyResult) -> None:
    section = next(one for one in brief.document.sections if one.id == "sweeps")
    told = ["".join(span.text for span in one.text) for one in section.blocks if isinstance(one, Paragraph)]
    why = "A Sobol sample of 4 ranges comes in 6 times a power of 2: 96 is the largest within the 100 that the study"
    assert any(why in one for one in told)


def test_bands_are_those_of_sweep(brief: StudyResult, swept: SweepResult) -> None:
    bands, figures = swept.bands(), brief.document.figure_by_id()
    for metric, factor in (("co2-world", 1e-3), ("real-income", 1e-3), ("jobs", 1.0)):
        expected = bands.loc[metric, ["p5", "p25", "p50", "p75", "p95"]].astype(float) * factor
        assert figures[f"sweeps-lean-{metric}"].values == pytest.approx(tuple(expected), rel=DIGITS)
    chart = block(brief, "sweeps-lean-boxes-mt-co")
    assert isinstance(chart, Chart)
    assert chart.form == "boxes"
    assert chart.rows[0].values(figures) == list(figures["sweeps-lean-co2-world"].values)


def test_what_never_changes_is_named_and_not_shown_as_a_row_of_noughts(brief: StudyResult) -> None:
    table = block(brief, "sweeps-lean-bands")
    assert isinstance(table, Table)
    assert "Inputs with a single foreign supplier" in table.caption
    assert len(table.rows) == 3


def test_shares_of_variance_are_those_of_sensitivity_with_intervals(brief: StudyResult, swept: SweepResult) -> None:
    expected = sensitivity(swept, ["co2-world"]).loc["co2-world"]
    table = block(brief, "sweeps-lean-sensitivity-co2-world")
    assert isinstance(table, Table)
    assert len(table.rows) == 4
    figures = brief.document.figure_by_id()
    first, total = (figures[f"sweeps-lean-co2-world-material-efficiency-{order}"] for order in ("first", "total"))
    line = expected.loc["material-efficiency"]
    for figure, order in ((first, "first"), (total, "total")):  # small differences of sums: looser than the sums
        shares = line[[order, f"{order}_low", f"{order}_high"]].astype(float)
        assert figure.values == pytest.approx(tuple(shares), rel=DIGITS, abs=1e-9)
    assert table.rows[0][0].text == "Material efficiency"  # the most telling first


def test_failing_futures_are_found_among_those_drawn_independently(brief: StudyResult, swept: SweepResult) -> None:
    rows = np.isin(np.arange(96) % 6, (0, 5))
    failing = swept.values("co2-world") > -6000
    found = discover(swept.inputs[rows], failing[rows])
    figures = brief.document.figure_by_id()
    assert found.runs == 32
    assert len(found.boxes) == 1
    assert figures["sweeps-lean-fails-share"].value == pytest.approx(100 * found.failing / 32, rel=DIGITS)
    assert figures["sweeps-lean-fails-box-1-coverage"].value == pytest.approx(100 * found.boxes[0].coverage, rel=DIGITS)
    assert figures["sweeps-lean-fails-limit-1-1-high"].value == pytest.approx(found.boxes[0].limits[0].high, rel=DIGITS)
    said = ["".join(s.text for s in t) for b in blocks(brief) if isinstance(b, Bullets) for t in b.items]
    assert any(words.startswith("It tends to fail where material efficiency is below") for words in said)


def blocks(brief: StudyResult):  # type: ignore[no-untyped-def]
    return [b for s in brief.document.sections for b in s.blocks]


def test_number_seed_and_sampling_are_told(brief: StudyResult) -> None:
    html = brief.files["html"].read_text("utf-8")
    assert "in 96 futures (Sobol sample, seed 4)" in html
    lock = json.loads((brief.folder / "study.lock.json").read_text("utf-8"))
    assert lock["seeds"] == {"sweeps.lean": 4}


def test_the_same_study_twice_gives_the_same_results_and_another_seed_others(
    brief: StudyResult, tmp_path: Path
) -> None:
    again = run(tmp_path, formats=())
    assert (again.folder / "results.json").read_bytes() == (brief.folder / "results.json").read_bytes()
    other = run(tmp_path, STUDY.replace("seed = 4", "seed = 5"), formats=())
    assert (
        other.document.figure_by_id()["sweeps-lean-co2-world"] != brief.document.figure_by_id()["sweeps-lean-co2-world"]
    )


def test_a_latin_hypercube_has_no_shares_of_variance_and_says_so(tmp_path: Path) -> None:
    text = STUDY.replace("futures = 100", 'futures = 20\nsampling = "latin hypercube"').replace("fails =", "# fails =")
    html = run(tmp_path, text).files["html"].read_text("utf-8")
    assert "in 20 futures (Latin hypercube sample" in html
    assert "take a Sobol sample" in html
    assert "does not say when Lean materials counts as failed" in html


def test_a_scenario_of_the_study_can_be_swept(tmp_path: Path) -> None:
    scenario = (
        '[[scenarios]]\nid = "lean"\nlevers = [{ lever = "material-efficiency", strength = 10, regions = ["KOR"] }]\n'
    )
    lines = [line for line in STUDY.splitlines() if not line.startswith("levers")]
    text = "\n".join(lines).replace('id = "lean"', 'id = "lean"\nscenario = "lean"')
    text = text.replace('"sweeps"]', '"scenarios", "sweeps"]')
    study = parse_study(text + "\n" + scenario, "s.toml")
    assert study.sweeps[0].asked(study.scenarios) == study.scenarios[0]
    with pytest.raises(InputError, match="has no scenario 'lean'"):
        parse_study(text, "s.toml")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (STUDY.replace('metric = "co2-world"', 'metric = "co2-wrld"'), "Did you mean 'co2-world'"),
        (STUDY.replace('"jobs", ', '"job", '), "unknown metric 'job'"),
        (STUDY.replace("futures = 100", "futures = 0"), r"sweeps '[a-z-]+', futures: '0' is not within its bounds"),
        (STUDY.replace("futures = 100", 'sampling = "dice"'), r"sweeps '[a-z-]+', sampling: should be"),
        (STUDY.replace("years = 10", 'scenario = "x"'), "give either scenario"),
        (STUDY.replace('"sweeps"]', '"sweeps", "scenarios"]'), "'scenarios' is named, but the study has none"),
    ],
)
def test_a_faulty_sweep_is_refused_when_the_study_is_read(changed: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_study(changed, "study.toml")


def test_too_few_futures_for_a_sobol_sample_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="takes 12 or more"):
        run(tmp_path, STUDY.replace("futures = 100", "futures = 11"))
    assert not (tmp_path / "brief").exists()


UNKNOWN = """
title = "A carbon price without an elasticity"
country = "DEU"
year = 2018
economy = "starter"
sections = ["paths", "sweeps"]

[[sweeps]]
id = "price"
view = "fixed prices"
futures = 16
years = 0
levers = [{ lever = "carbon-price", strength = 100, regions = ["DEU"] }]
fails = { metric = "co2-production", worse_than = -1 }

[[paths]]
id = "price"
view = "fixed prices"
start = 2020
end = 2030
step = 10

[[paths.levers]]
lever = "carbon-price"
strength = 100
regions = ["DEU"]
adoption = { curve = "linear", start = 2020, until = 2030 }
"""


def test_what_the_levers_have_no_data_to_move_is_not_modelled_on_every_page(tmp_path: Path) -> None:
    found = run(tmp_path, UNKNOWN)
    words = " ".join(found.files["html"].read_text("utf-8").split())
    assert "would change by not available" not in words
    assert "Where it fails: not modelled" in words
    assert "counts as failed" not in words
    table = block(found, "sweeps-price-bands")
    assert isinstance(table, Table)
    unchanged, _, unknown = table.caption.partition("Not modelled: ")
    assert "CO₂ emitted, production-based" in unknown
    assert "CO₂" not in unchanged
    told = ["".join(span.text for span in text) for text in found.document.not_modelled]
    for room in ("Sweeps", "Paths"):
        start = f"{room}, CO₂ emitted, production-based: Carbon price moves prices"
        assert any(text.startswith(start) for text in told)
