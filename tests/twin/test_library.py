"""Events beside what was published: files that are refused, figures by hand, and where a band stands."""

from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path

import pytest

from kaldor.asking import Answer
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.economy.questions.cut_off import QUESTION as CUT_OFF
from kaldor.economy.questions.subject import Asked
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.twin.library.declared import Known, load_event, load_events
from kaldor.twin.library.figure import Figure
from kaldor.twin.library.packaged import PACKAGED
from kaldor.twin.library.run import Answered, run_library, score, table, uncompared
from kaldor.twin.library.standing import Standing, standing
from kaldor.twin.library.steps import step_days
from kaldor.twin.library.words import in_words, width_in_words
from kaldor.twin.shocks import side_by_side
from kaldor.twin.shocks.events import Capacity, parse_shock
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import run_shock
from kaldor.words import LANGUAGES
from tests.hostile.doors import kaldor
from tests.twin.hand_world import hand_world, row
from tests.twin.idle_region import write_idle_region

HALVED = """
id = "halved"
events = [{ kind = "demand", regions = ["all"], products = ["goods"], share = -0.5, days = 28 }]
"""
BANNED = """
id = "banned"
events = [{ kind = "ban", origins = ["CHN"], destinations = ["DEU"], products = ["electronics"], days = 364 }]
"""
HEAD = """
id = "hand"
title = "Half of all goods are not bought"
when = "never"
declared = "All buyers."
may_miss = "Nothing."

[[runs]]
id = "days"
shock = "halved.toml"
year = 2020
why = "it is made by hand"
"""
FIGURE = """
[[published]]
id = "{id}"
kind = "scenario"
measure = "output"
unit = "{unit}"
{numbers}
scope = "Germany"
horizon = "four weeks"
by = "Hand (2020)"
year = 2020
verify = false
{beside}
missed = "by hand"
"""
GOODS = 'run = "days", of = "{of}", regions = [{regions}], sectors = ["goods"], days = {days}, told = "{told}"'


def figure(
    of: str = "output", told: str = "share", days: int = 28, numbers: str = "central = -50", *, id: str = "one",
    unit: str = "%", regions: str = '"DEU"',
) -> str:  # fmt: skip
    beside = f"compared = [{{ {GOODS.format(of=of, regions=regions, days=days, told=told)} }}]"
    return FIGURE.format(id=id, unit=unit, numbers=numbers, beside=beside)


def of_germany(of: str, numbers: str = "central = -1") -> str:
    """A figure of all of Germany in the year."""
    beside = f'compared = [{{ run = "days", of = "{of}", regions = ["DEU"] }}]'
    return FIGURE.format(id="all", unit="%", numbers=numbers, beside=beside)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"halved": HALVED, "banned": BANNED}.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    return tmp_path


def written(folder: Path, *figures: str, head: str = HEAD) -> Path:
    path = folder / "event" / "hand.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head.replace('"halved', '"../halved').replace('"banned', '"../banned') + "".join(figures), "utf-8")
    return path


def known(folder: Path, *figures: str, head: str = HEAD) -> Known:
    return load_event(written(folder, *figures, head=head))


def of_2020(economy: Economy, year: int) -> Economy:
    if year != 2020:
        raise InputError(Problem("year", f"there is no {year}.", "Take 2020."))
    return economy


def run(*events: Known, economy: Economy | None = None, draws: int = 3) -> list[Answered]:
    return run_library(events, partial(of_2020, economy or hand_world()), draws=draws)


# -- files -------------------------------------------------------------------------------------------------------------


def test_the_sixteen_events_can_be_read_and_each_figure_is_compared_or_says_why_not() -> None:
    events = load_events([PACKAGED])
    assert len(events) == 16
    assert sum(len(one.event.published) for one in events) == 107
    for one in events:
        for published in one.event.published:
            assert bool(published.compared) != bool(published.not_compared)
            assert published.missed or not published.compared, (one.event.id, published.id)
    energy = next(one for one in events if one.event.id == "russia-energy-germany-2022")
    assert {(run.model, run.year) for run in energy.event.runs} == {("days", 2008), ("prices", 2008)}


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ([figure().replace("compared =", 'not_compared = "no"\ncompared =')], "say either what is compared with it"),
        ([figure().replace("compared =", "beside =")], "beside: unknown key"),
        ([figure(numbers="low = -1\nhigh = -2")], "low, central and high are not in order: -1, -2"),
        ([figure(numbers='said = "none"')], "has neither low, central nor high; a figure that is compared needs one"),
        ([figure(unit="")], "a number needs its unit"),
        ([figure(unit="jobs")], "a share is in % or percentage points; the unit here is 'jobs'"),
        ([figure(told="amount")], "an amount is in billion USD, and nothing else is; the unit here is '%'"),
        ([figure(unit="billion USD")], "an amount is in billion USD, and nothing else is"),
        ([figure(days=30)], "first_day and days are counted in whole weeks: multiples of 7"),
        ([figure(of="value added through supply chains", days=28)], "is of the whole run: leave days out"),
        ([figure(of="value added through supply chains", days=364)], "is of the whole run: leave days out"),
        ([figure(of="GDP")], "GDP is of whole regions, and told as a share"),
        ([figure().replace('run = "days"', 'run = "weeks"')], "published 'one': no run is called 'weeks'; days are"),
        (
            [figure(of="GDP").replace('sectors = ["goods"], ', "")],
            "published 'one': 'days' is run by days, which does not give GDP",
        ),
        ([figure(), figure()], "the id stands twice"),
        ([], "published: is missing"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(folder: Path, figures: list[str], said: str) -> None:
    with pytest.raises(InputError) as caught:
        known(folder, *figures)
    assert said in str(caught.value)
    assert "hand.toml" in str(caught.value)
    assert len(caught.value.problems) == 1


def test_shocks_that_are_missing_and_events_that_are_none_are_told(folder: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.toml"):
        known(folder, figure(), head=HEAD.replace("halved", "gone"))
    path = written(folder, figure())
    with pytest.raises(InputError, match=r"event: 'idle' is none\. There are hand\."):
        load_events([path.parent], ["idle"])
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match="holds no event"):
        load_events([folder / "empty"])
    with pytest.raises(InputError, match="the id 'hand' is taken"):
        load_events([path, path])


def test_what_is_short_is_run_by_the_day_and_all_else_by_the_week() -> None:
    """By what is declared: an event, a delay or a known stock of less than four weeks."""
    by_the_day = {
        one.event.id
        for one in load_events([PACKAGED])
        for run in one.event.runs
        if run.model == "days" and step_days(one.shocks[run.id], run) == 1
    }
    assert by_the_day == {"harness-2022", "kobe-1995", "port-strike-2024", "red-sea-2024", "suez-2021", "texas-2021"}


def test_texas_puts_in_what_was_published_of_the_month_and_no_more() -> None:
    [texas] = load_events([PACKAGED], ["texas-2021"])
    published = {figure.id: figure for figure in texas.event.published}
    for event, id in zip(texas.shocks["days"].events, ("mining", "chemicals", "fuels"), strict=True):
        assert isinstance(event, Capacity)
        month = -100 * event.share * event.mean_strength(0, 28)
        assert month == pytest.approx(published[id].central, abs=0.005)
        assert event.mean_strength(0, 12) == 0  # day 0 is 1 February
    assert not published["manufacturing"].compared


def test_what_is_said_of_one_publication_is_said_of_all_its_figures() -> None:
    [energy] = load_events([PACKAGED], ["russia-energy-germany-2022"])
    of_it = [figure for figure in energy.event.published if "Conseil d'analyse" in figure.by]
    assert len(of_it) == 3
    assert {figure.not_compared for figure in of_it} == {"of a stop to the whole EU; the run is of a stop to Germany"}


# -- figures by hand ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "told", "days", "regions", "unit", "by_hand"),
    [
        ("output", "share", 28, '"DEU"', "%", -50),
        ("output", "share", 28, '"IND"', "%", -50),
        ("output", "share", 364, '"DEU"', "%", -50 * 28 / 364),
        ("value added", "share of a year", 28, '"DEU"', "%", -50 * 28 / 365),
        ("value added", "share, annualised", 28, '"DEU"', "percentage points", -50 * 365 / 28),
        ("value added", "amount", 28, '"DEU"', "billion USD", -0.5 * 100e-3 * 28 / 365),
        ("value added", "amount", 28, '"DEU", "IND"', "billion USD", -0.5 * 180e-3 * 28 / 365),
        ("value added through supply chains", "share of a year", 364, '"DEU"', "%", 0.0),
    ],
)
def test_a_figure_is_what_it_is_by_hand(
    folder: Path, of: str, told: str, days: int, regions: str, unit: str, by_hand: float
) -> None:
    """Goods go to final users alone: half of them for 28 days less, in every draw, of value added of 100 and 80."""
    [found] = run(known(folder, figure(of, told, days, "central = -1", unit=unit, regions=regions)))
    [beside] = found.beside
    assert beside.ours.median == pytest.approx(by_hand, rel=1e-9, abs=1e-12)
    assert beside.ours.band == pytest.approx((by_hand, by_hand), rel=1e-9, abs=1e-12)


def test_makers_of_inputs_lose_through_chains_what_nobody_took_from_them(folder: Path) -> None:
    """DEU metals sell half of their 100 to DEU goods: they lose some, the event itself takes none of it from them."""
    text = figure("value added through supply chains", "share of a year", 364, "central = -1").replace(
        'sectors = ["goods"]', 'sectors = ["metals"]'
    )
    [found] = run(known(folder, text))
    [beside] = found.beside
    assert -50 * 28 / 365 < beside.ours.median < -0.5


def test_overtime_is_no_gain_through_chains(folder: Path) -> None:
    """DEU goods lose half of their capacity and work overtime; goods go to final users alone, so nothing is lost along
    chains there: the figure is nothing, where the indirect loss, less what is made up, is a gain."""
    (folder / "halved.toml").write_text(
        HALVED.replace('kind = "demand", regions = ["all"], products', 'kind = "capacity", regions = ["DEU"], sectors')
        .replace("-0.5", "0.5")
        .replace("28", "182"),
        "utf-8",
    )
    [found] = run(known(folder, figure("value added through supply chains", "share of a year", 364, "central = -1")))
    assert found.beside[0].ours.band == (0, 0)
    shock = load_event(folder / "event" / "hand.toml").shocks["days"]
    economy = hand_world()
    goods = run_shock(economy, shock, Parameters(dt=7), steps=52, bands=3).summary(["DEU"])
    assert goods.loc["made_up", "median"] > 0.1


def test_days_before_and_after_are_told_apart(folder: Path) -> None:
    later = figure(days=28, numbers="low = -0.05\nhigh = 0.05").replace("days = 28", "first_day = 28, days = 28")
    [found] = run(known(folder, later))
    [beside] = found.beside
    assert beside.ours.median == 0
    assert beside.standing == Standing("none asked", 1.0)


def test_every_draw_is_kept_in_as_many_parts_as_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs go through the model in parts, of which there are several on a real table."""
    monkeypatch.setattr(side_by_side, "_SMALL", 1)
    monkeypatch.setattr(side_by_side, "_ENOUGH", 2)
    found = run_shock(hand_world(), parse_shock(HALVED, "h.toml"), Parameters(dt=7), steps=4, bands=6, keep=7)
    goods = row("DEU goods")
    made = found.of_each_draw(lambda body, course: float(course.production[:, goods].mean()))  # type: ignore[index]
    assert made == pytest.approx([100.0] * 6)


def test_a_year_that_is_not_there_is_said_of_its_run_alone(folder: Path) -> None:
    second = HEAD.partition("[[runs]]")[2].replace('"days"', '"later"').replace("2020", "2021")
    later = figure(id="two").replace('run = "days"', 'run = "later"')
    [found] = run(known(folder, figure(), later, head=f"{HEAD}\n[[runs]]{second}"))
    assert [beside.published.id for beside in found.beside] == ["one"]
    assert found.not_run == ("hand, later is not run, its year cannot be opened: year: there is no 2021. Take 2020.",)


def test_a_share_of_nothing_is_refused(folder: Path) -> None:
    store = Store(folder / "store")
    add(write_idle_region(folder / "idle"), store, as_id="idle")
    economy = Economy.from_published(store.economy("idle", 2020))
    (folder / "halved.toml").write_text(HALVED.replace("goods", "works"), "utf-8")
    asked = figure(regions='"POL"').replace('["goods"]', '["works"]')
    with pytest.raises(InputError, match=r"run 'days': output of POL \(works\) is not above zero in this economy"):
        run(known(folder, asked), economy=economy)


def test_an_unknown_name_is_an_error_and_no_missing_year(folder: Path) -> None:
    with pytest.raises(UnknownLabelError, match="good"):
        run(known(folder, figure().replace('["goods"]', '["good"]')))


@pytest.mark.parametrize(
    ("band", "width", "words"),
    [((-3, -2), 1.5, "1.5 ×"), ((-24, -2), 12, "12 ×"), ((2, 2.02), 1.01, "1.0 ×"), ((-1, 0), math.inf, "to zero"),
     ((-1, 1), math.inf, "to zero"), ((0, 0), 1, "1.0 ×")],
)  # fmt: skip
def test_how_wide_a_band_is(folder: Path, band: tuple[float, float], width: float, words: str) -> None:
    event = known(folder, figure()).event
    found = Figure(event.published[0].compared[0], event.runs[0], 0.0, band)
    assert found.width == pytest.approx(width)
    assert width_in_words(found) == words


def test_half_of_what_counts_decides_and_up_to_counts_for_nothing(folder: Path) -> None:
    figures = [
        figure(id="met"),
        figure(id="missed", numbers="low = -5\nhigh = -2"),
        figure(id="up-to", numbers="low = -60"),
        figure(id="worse", numbers="central = -70"),
    ]
    [found] = run(known(folder, *figures[:3]))
    assert [beside.standing.words for beside in found.beside] == ["inside", "10 times too large", "inside"]
    assert [beside.why for beside in found.beside] == ["", "by hand", ""]
    assert [in_words(beside.published) for beside in found.beside] == ["−50 %", "−5 to −2 %", "up to −60 %"]
    assert found.met
    whole = score([found])
    assert (whole.comparisons, whole.comparisons_met, whole.signs, whole.right_signs) == (2, 1, 3, 3)
    assert not run(known(folder, *figures))[0].met
    assert table([found])["counts"].tolist() == [True, True, False]


def test_what_cannot_be_compared_says_why(folder: Path) -> None:
    text = FIGURE.format(id="jobs", unit="jobs", numbers="central = -3.4", beside='not_compared = "no jobs here"')
    [found] = run(known(folder, text))
    assert not found.beside
    assert not found.met
    assert uncompared(found).to_dict("records") == [
        {"id": "jobs", "measure": "output", "scope": "Germany", "figure": "−3.4 jobs", "verify": False,
         "why": "no jobs here"}
    ]  # fmt: skip


# -- where prices respond ----------------------------------------------------------------------------------------------


def test_by_prices_it_is_what_the_question_of_a_lost_supplier_finds(folder: Path) -> None:
    economy = Economy.from_published(starter_world())
    head = HEAD.replace("halved", "banned") + 'model = "prices"\n'
    text = of_germany("real spending")
    [found] = run(known(folder, text, head=head), economy=economy)
    asked = Asked(economy, "starter", lambda year: economy, pytest.fail)
    answer: Answer = CUT_OFF.ask(asked, {"supplier": ["CHN"], "buyer": ["DEU"], "product": ["electronics"]})
    theirs = answer.tables[0].frame.loc["real_spending_share"]
    ours = found.beside[0].ours
    assert ours.median == pytest.approx(theirs["value"], rel=1e-9)
    assert ours.band == pytest.approx((theirs["low"], theirs["high"]), rel=1e-9)
    assert ours.median < 0


def test_by_prices_only_bans_are_run(folder: Path) -> None:
    text = of_germany("GDP")
    event = known(folder, text, head=HEAD + 'model = "prices"\n')
    with pytest.raises(InputError, match="shock 'halved': is to be run by prices, and has events that are no bans"):
        run(event)


# -- standing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("median", "band", "range", "expected"),
    [
        (-2, (-3, -1), (-4, -2.5), Standing("right", 1)),
        (-2, (-3, -1), (-0.5, -0.25), Standing("right", 2, large=True)),
        (-2, (-3, -1), (-9, -6), Standing("right", 2)),
        (-2, (-3, 1), (2, 4), Standing("wrong", 2)),
        (2, (1, 3), (-4, -2), Standing("wrong", math.inf)),
        (0.001, (-0.1, 0.1), (-4, -2), Standing("no effect", 20)),
        (-1, (-2, -0.5), (-0.05, 0.05), Standing("none asked", 10, large=True)),
        (0, (-2, 0.5), (-0.05, 0.05), Standing("none asked", 1)),
        (5, (4, 6), (1, 2), Standing("right", 2, large=True)),
        (5, (4, 6), (12, 20), Standing("right", 2)),
        (1, (0.5, 2), (-9, 0), Standing("wrong", math.inf)),
    ],
)
def test_where_a_band_stands(
    median: float, band: tuple[float, float], range: tuple[float, float], expected: Standing
) -> None:
    found = standing(median, band, range)
    assert (found.sign, found.large) == (expected.sign, expected.large)
    assert found.factor == pytest.approx(expected.factor)


@pytest.mark.parametrize(
    ("band", "factor", "words"),
    [
        ((0, 0), 1, "inside"),
        ((-0.05, 0.04), 1, "inside"),
        ((-0.88, 0), 17.6, "reaches 18 times as far"),
        ((-0.01, 0.1), 2, "reaches 2.0 times as far"),
        ((-2, -0.5), 40, "reaches 40 times as far"),
    ],
)
def test_a_null_is_met_by_a_band_that_lies_wholly_within_it(
    band: tuple[float, float], factor: float, words: str
) -> None:
    found = standing(0, band, (-0.05, 0.05), null=True)
    assert (found.sign, found.met, found.words) == ("none asked", factor == 1, words)
    assert found.factor == pytest.approx(factor)


@pytest.mark.parametrize(
    ("factor", "large", "words"),
    [(1.0, False, "inside"), (1.013, False, "1.01 times too small"), (12.4, True, "12 times too large"),
     (math.inf, False, "does not reach it")],
)  # fmt: skip
def test_a_standing_in_words(factor: float, large: bool, words: str) -> None:
    assert Standing("right", factor, large).words == words


# -- the command -------------------------------------------------------------------------------------------------------


def test_the_command_says_the_same_on_the_screen_and_as_json(folder: Path) -> None:
    electronics = of_germany("value added", "low = -9\nhigh = -0.1")
    head = HEAD.replace("2020", "2018").replace("halved", "banned")
    path = written(folder, electronics, figure(id="jobs").replace("compared", "not_compared = 'none' #"), head=head)
    asked = ("twin", "events", str(path), "--on=starter", "--draws=3")
    ended = kaldor(*asked, "--json")
    assert ended.code == 0, ended.err
    [event] = json.loads(ended.out)["events"]
    [row] = event["beside"]
    [found] = run_library([load_event(path)], lambda year: Economy.from_published(starter_world()), draws=3)
    assert row["median"] == found.beside[0].ours.median < 0
    assert [one["not_compared"] for one in event["published"]] == [None, "none"]
    screen = kaldor(*asked, "--all").out
    assert found.beside[0].standing.words in screen
    assert "economy of 2018, it is made by hand" in screen
    assert "Of 1 events 1 have a published figure that can be compared" in screen


def test_the_command_refuses_a_dataset_that_is_nowhere_and_says_which_year_is_not_there(folder: Path) -> None:
    path = written(folder, figure())
    nowhere = kaldor("twin", "events", str(path), "--on=nowhere", f"--store={folder / 'none'}")
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "nowhere" in nowhere.err
    of_2018 = kaldor("twin", "events", str(path), "--on=starter", "--all")
    assert of_2018.code == 0, of_2018.err
    assert "hand, days is not run, its year cannot be opened: " in of_2018.out


def test_every_event_of_the_house_is_called_in_every_language():
    for known in load_events([PACKAGED]):
        titles = known.event.titles
        assert set(titles) == set(LANGUAGES)
        assert len({*titles.values()}) == len(titles), known.event.id
