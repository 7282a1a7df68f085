"""The commands that read TOML of a user's: a whole file for each, and how the command names it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.texts import Maker, hostile, hostile_bytes

STUDY = """title = "India beside China"
country = "IND"
peers = ["CHN"]
year = 2018
economy = "starter"
sections = ["accounts"]
"""
TRIED = """title = "A shock from a file"
country = "IND"
year = 2018
economy = "starter"
sections = ["shocks"]

[[shocks]]
file = "given.toml"
runs = 2
"""
SCENARIO = """id = "lighter"
title = "Lighter buildings"

[[levers]]
lever = "material-efficiency"
strength = 20
regions = ["IND"]
"""
OWN_LEVER = """[[levers]]
id = "my-supply"
title = "Cleaner metals"
summary = "Makers emit less."
challenge = "sustainability"
priority = "sustainability.public.risk-sharing"
honesty = "simulated"
function = "clean_supply"
parameter = { name = "cut in CO2", unit = "%", low = 0, high = 95, default = 90 }
sectors = ["metals"]
years_to_effect = [5, 20]
limits = "A test."
evidence = []
cost = { bearer = "not modelled", basis = "None." }
"""
METRICS = """[[metrics]]
id = "my-co2"
title = "My emissions"
dimension = "sustainability"
unit = "{extension}"
better = "lower"
measure = "on_territory"
extension = "co2"
needs = ["extension:co2"]
definition = "What is emitted."
"""
SPLITS = """[[splits]]
region = "DEU"
sector = "metals"
parts = [{ label = "steel", output_share = 0.12 }, { label = "rest" }]
"""
SHOCK = """id = "metals-ban"
title = "China sells no metals to Germany"

[[events]]
kind = "ban"
origins = ["CHN"]
destinations = ["DEU"]
products = ["metals"]
start = 1
days = 5
"""
PATH = """id = "lighter-by-2040"
region = "IND"
start = 2025
end = 2035
step = 5

[[levers]]
lever = "material-efficiency"
strength = 20
regions = ["IND"]
adoption = { curve = "linear", start = 2026, until = 2030 }
"""
RANGES = """[[ranges]]
name = "demand"
varies = "growth"
growth = "demand"
low = 0.0
high = 2.0
unit = "% a year"
source = "our own"
"""
MODELS = """[[models]]
id = "usual"
title = "As usual"
source = "our own"

[models.flows]
at_reference = 0.1
reference = 1e-6
exponent = 0.3
smallest = 0.01
largest = 0.6
common = 0.25

[models.final_demand]
at_reference = 0.1
reference = 1e-6
exponent = 0.3
smallest = 0.01
largest = 0.6
common = 0.25

[models.extensions]
at_reference = 0.1
reference = 1e-6
exponent = 0.3
smallest = 0.01
largest = 0.6
common = 0.25
"""


def _nothing(_: Path) -> None:
    """No file beside."""


def _scenario_beside(place: Path) -> None:
    (place / "scenario.toml").write_text(SCENARIO, "utf-8")


def _study_beside(place: Path) -> None:
    (place / "study.toml").write_text(TRIED, "utf-8")


@dataclass(frozen=True)
class Door:
    """A command that reads a file: what a whole one holds, and what lies beside it."""

    whole: str
    command: Callable[[Path, str, Path], tuple[str, ...]]
    beside: Callable[[Path], None] = _nothing

    def hostile(self) -> dict[str, Maker]:
        """Makers of hostile files, by name."""
        return hostile(self.whole)


_ON = ("--on", "starter")
_FEW = ("--runs", "4", "--years", "5")
_JSON = ("--format", "json")

DOORS: dict[str, Door] = {
    "run": Door(
        STUDY,
        lambda p, f, o: ("run", str(p / f), "--out", str(o), *_JSON),
    ),
    "run, an included file": Door(
        SHOCK,
        lambda p, f, o: ("run", str(p / "study.toml"), "--out", str(o), *_JSON),
        _study_beside,
    ),
    "twin run": Door(SCENARIO, lambda p, f, o: ("twin", "run", str(p / f), *_ON)),
    "twin run --levers": Door(
        OWN_LEVER,
        lambda p, f, o: ("twin", "run", str(p / "scenario.toml"), *_ON, "--levers", str(p / f)),
        _scenario_beside,
    ),
    "twin run --metrics": Door(
        METRICS,
        lambda p, f, o: ("twin", "run", str(p / "scenario.toml"), *_ON, "--metrics", str(p / f)),
        _scenario_beside,
    ),
    "twin run --split": Door(
        SPLITS,
        lambda p, f, o: ("twin", "run", str(p / "scenario.toml"), *_ON, "--split", str(p / f)),
        _scenario_beside,
    ),
    "twin shock": Door(SHOCK, lambda p, f, o: ("twin", "shock", str(p / f), *_ON, "--bands=2", "--steps=9")),
    "twin path": Door(PATH, lambda p, f, o: ("twin", "path", str(p / f), *_ON)),
    "twin sweep --ranges": Door(
        RANGES,
        lambda p, f, o: (
            "twin",
            "sweep",
            str(p / "scenario.toml"),
            *_ON,
            "--ranges",
            str(p / f),
            *_FEW,
        ),
        _scenario_beside,
    ),
    "economy bands --errors": Door(
        MODELS,
        lambda p, f, o: ("economy", "bands", *_ON, "--extension=co2", "--errors", str(p / f), "--draws=20"),
    ),
}

_FACTS = """country = "KEN"
name = "Kenya"
template = "a"

[facts]
gdp = { value = 100.0, unit = "billion US$", year = 2018, source = "x", status = "observed" }
"""


def fact_sheets() -> dict[str, str]:
    """Hostile fact sheets as texts, also such as no file can hold."""
    contents = hostile_bytes(_FACTS).items()
    return {name: content.decode("utf-8", "surrogateescape") for name, content in contents}
