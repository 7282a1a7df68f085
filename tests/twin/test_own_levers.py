"""A user's own levers and metrics, checked when they are loaded: what they name exists, and what is read is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kaldor.errors import InputError
from kaldor.twin.acts import functions
from kaldor.twin.change import Change
from kaldor.twin.declared import load_levers, packaged_levers, unfit
from kaldor.twin.metric import load_metrics, why_not
from kaldor.twin.order import orders_of
from kaldor.twin.scenario import LeverSetting, Scenario
from tests.twin.random_world import REGIONS, random_world

LEVER = """[[levers]]
id = "my-fuel"
title = "Less fuel"
summary = "Burners are tuned."
challenge = "sustainability"
priority = "sustainability.private.resource-efficiency"
honesty = "simulated"
function = "save_fuel"
parameter = { name = "cut", unit = "%", low = 0, high = 50, default = 10 }
sectors = ["metals"]
products = ["energy"]
years_to_effect = [1, 5]
limits = "A test."
cost = { bearer = "not modelled", basis = "None." }
evidence = [{ case = "tmuk", strength = "weak" }]

[[levers.figures]]
name = "combustion_share"
meaning = "part of CO2 from fuel"
value = 100
low = 20
high = 100
unit = "%"
source = "our own"
"""
METRIC = """[[metrics]]
id = "my-co2"
dimension = "sustainability"
title = "My emissions"
unit = "{extension}"
better = "lower"
definition = "What is emitted."
measure = "on_territory"
extension = "co2"
needs = ["extension:co2"]
"""


def problems(load, path: Path, text: str) -> list[str]:
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load(path)
    return [str(problem) for problem in caught.value.problems]


def test_an_own_lever_that_takes_effect_before_it_begins_is_refused(tmp_path: Path):
    (found,) = problems(load_levers, tmp_path / "own.toml", LEVER.replace("[1, 5]", "[10, 2]"))
    assert "years_to_effect = [10, 2]: the first must not come after the second" in found


def test_a_file_that_is_named_twice_has_its_ids_twice(tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_text(LEVER, "utf-8")
    with pytest.raises(InputError, match=r"'my-fuel'.*the id is taken"):
        load_levers(path, path)


def test_an_own_lever_is_added_to_those_of_the_package(tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_text(LEVER, "utf-8")
    levers = load_levers(path)
    assert levers["my-fuel"].figures[0].value == 100
    assert len(levers) == len(packaged_levers()) + 1


@pytest.mark.parametrize("id", packaged_levers())
def test_the_packages_own_are_held_to_the_same(id: str):
    assert unfit(packaged_levers()[id], "the package") == []


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        ('"save_fuel"', '"safe_fuel"', "function", "unknown function 'safe_fuel'. Did you mean 'save_fuel'?"),
        ("resource-efficiency", "resource-eficiency", "priority", "Did you mean 'sustainability.private.resource-effi"),
        ('"sustainability"', '"resilience"', "priority", "is one of the challenge sustainability, not of resilience."),
        ('"sustainability"', '"resilienc"', "challenge", "Did you mean 'resilience'?"),
        ('"tmuk"', '"tmku"', "evidence.case", "unknown evidence.case 'tmku'. Did you mean 'tmuk'?"),
        ('case = "tmuk", ', "", "evidence 1", "give either case or publication."),
        ('"combustion_share"', '"combustion"', "figures", "'save_fuel' needs 'combustion_share'. Declare it."),
        (
            '"combustion_share"',
            '"combustion"',
            "figures 'combustion'",
            "figure. Did you mean 'combustion_share'?",
        ),
        ('"save_fuel"', '"use_less"', "figures 'combustion_share'", "'use_less' reads no such figure. Leave it out."),
        ('"save_fuel"', '"extend_life"', "honesty", "not 'simulated'. Write 'assumed effect, traced'."),
        ('"simulated"', '"cost and reach only"', "", "a lever has a function unless it is of the class"),
        ("products =", "needs = ['co2']\nproducts =", "needs 1", "such as extension:co2 or group:metals"),
        ('unit = "%", low', 'unit = "%", lo', "parameter.lo", "unknown key. Did you mean 'low'?"),
    ],
)
def test_what_an_own_lever_gets_wrong_is_told_with_its_place(tmp_path: Path, old: str, new: str, place: str, what: str):
    assert old in LEVER
    path = tmp_path / "own.toml"
    said = problems(load_levers, path, LEVER.replace(old, new, 1))
    where = f"{path}, levers 'my-fuel'" + (f", {place}" if place else "")
    assert any(one.startswith(where) and what in one for one in said), said


def test_ids_are_the_packages_and_of_one_file_only(tmp_path: Path):
    said = problems(load_levers, tmp_path / "own.toml", LEVER.replace("my-fuel", "carbon-price"))
    assert said == [
        f"{tmp_path / 'own.toml'}, levers 'carbon-price': the id is taken: the package has it. Choose another."
    ]
    (tmp_path / "one.toml").write_text(LEVER, "utf-8")
    said = problems(lambda path: load_levers(tmp_path / "one.toml", path), tmp_path / "two.toml", LEVER)
    assert said == [
        f"{tmp_path / 'two.toml'}, levers 'my-fuel': the id is taken: {tmp_path / 'one.toml'} has it. Choose another."
    ]


class Read(Mapping[str, float]):
    """Figures that remember which of them were asked for."""

    def __init__(self, values: Mapping[str, float]) -> None:
        self.values_, self.asked = values, set[str]()

    def __getitem__(self, name: str) -> float:
        self.asked.add(name)
        return self.values_[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


WORLD = random_world(1)
ACTING = [one for one in packaged_levers().values() if one.function]


@pytest.mark.parametrize("lever", ACTING, ids=lambda lever: lever.id)
def test_each_act_reads_the_figures_that_it_declares(lever):
    setting = LeverSetting(lever=lever.id, strength=lever.parameter.high / 20, regions=REGIONS[:1], bloc=REGIONS[:2])
    (order,) = orders_of(WORLD, Scenario(id="test", levers=(setting,)), packaged_levers())
    figures, change = Read(order.figures), Change(WORLD)
    act = functions()[str(lever.function)]
    act(change, replace(order, figures=figures))
    change.value_added("pass-through")
    assert figures.asked - set(act.may) == set(act.figures)
    assert figures.asked <= {*act.figures, *act.may}


def test_every_act_is_tried():
    assert {lever.function for lever in ACTING} == set(functions())


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"on_territory"', '"on_teritory"', "unknown measure 'on_teritory'. Did you mean 'on_territory'?"),
        ('extension = "co2"\n', "", "measure 'on_territory' reads `extension`, which is missing."),
        ('["extension:co2"]', '["extention:co2"]', "should be stress, jobs, or income, extension, group or role"),
        ('"sustainability"', '"sustainabilty"', "should be 'sustainability', "),
    ],
)
def test_what_an_own_metric_gets_wrong_is_told_with_its_place(tmp_path: Path, old: str, new: str, what: str):
    assert old in METRIC
    path = tmp_path / "own.toml"
    said = problems(load_metrics, path, METRIC.replace(old, new, 1))
    assert any(one.startswith(f"{path}, metrics 'my-co2'") and what in one for one in said), said


def test_an_own_metric_needs_what_its_measure_reads(tmp_path: Path):
    """Without saying so: on an economy without CO2 it is not modelled, and no fault of Kaldor's own."""
    path = tmp_path / "own.toml"
    path.write_text(METRIC.replace('needs = ["extension:co2"]', ""), "utf-8")
    metric = load_metrics(path)["my-co2"]
    assert metric.needed == ("extension:co2",)
    assert why_not(metric, replace(WORLD, extensions={})) == (
        "needs the extension 'co2', which random 2009 does not carry."
    )
