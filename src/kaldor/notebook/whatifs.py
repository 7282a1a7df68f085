"""What-ifs: one lever, or a scenario of several, on an economy; several side by side; what levers there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kaldor.brief.picture import Picture, chosen, pictures_of
from kaldor.economy.economy import Economy
from kaldor.economy.labelled import Frame, Shown
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.notebook.documents import document_of
from kaldor.share.file import kind_of, share_file
from kaldor.share.scenario import shared
from kaldor.twin.compare import side_by_side
from kaldor.twin.declared import packaged_levers
from kaldor.twin.incidence import Incidence, incidence
from kaldor.twin.order import missing_data
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.twin.outcomes import outcomes, region_of
from kaldor.twin.reading import read_scenarios
from kaldor.twin.responding.closing import View
from kaldor.twin.responding.responded import Responded, responded
from kaldor.twin.scenario import Closure, LeverSetting, Scenario
from kaldor.twin.spread import spread_of
from kaldor.twin.state import State
from kaldor.twin.twin import Twin

CO2 = "co2-world"


@dataclass(frozen=True, eq=False, repr=False)
class WhatIf(Shown):
    """A scenario on an economy: every metric before and after for one region, and who gains and loses.

    `outcomes` holds all of it, `before` and `state` the economy's arrays before and after the scenario at fixed prices,
    `responded` the answer where prices respond.
    """

    outcomes: Outcomes
    before: State
    state: State
    responded: Responded | None = None

    def __getitem__(self, metric: str) -> Outcome:
        """One metric: before, after, change, band, unit, status. Raises UnknownLabelError with the near match."""
        return self.outcomes[metric]

    def in_a_line(self) -> str:
        """Which scenario, measured where."""
        return self.outcomes.in_a_line()

    def main_table(self) -> pd.DataFrame:
        """What is modelled: before, after and the change."""
        return self.outcomes.main_table()

    def frame(self) -> pd.DataFrame:
        """One row a metric, in its own unit; cells without a figure say why in words."""
        return self.outcomes.frame()

    @property
    def losers(self) -> pd.DataFrame:
        """The industries that lose most value added: at home, then abroad, the poorest countries first."""
        return self.outcomes.losers

    @property
    def gainers(self) -> pd.DataFrame:
        """The industries that gain most, likewise."""
        return self.outcomes.gainers

    @property
    def incidence(self) -> Incidence:
        """Who pays and who gains at fixed prices: industries, prices, final users, treasuries, income groups."""
        return incidence(self.before, self.state)

    def economy(self) -> Economy:
        """The economy changed at fixed prices as a table of its own. Raises as `State.as_economy`."""
        return self.state.as_economy()

    def share(self, path: str | Path, *, first: Sequence[str] = ()) -> Path:
        """Write a file to give away, and return its path: a page that opens offline (.html) or a picture (.svg, .png).

        `first` names the metrics that stand first. Raises InputError for another ending or too many metrics,
        UnknownLabelError for a metric that is none.
        """
        file = Path(path)
        kind = kind_of(file.name)
        said = shared(self.state.economy, packaged_levers(), self.outcomes, first=first)
        file.write_bytes(share_file(said, kind))
        return file

    def plot(self, metric: str = CO2) -> Picture:
        """The change of "co2-world" or "real-income" as a bar. Raises UnknownLabelError for one that is not drawn."""
        return _drawn([self], metric)


class Comparison(Frame):
    """The change that each scenario brings to each metric, beside the baseline; units in the column `unit`."""

    _metadata = ("_compared",)
    _compared: Sequence[WhatIf]

    def plot(self, metric: str = CO2) -> Picture:
        """The change of "co2-world" or "real-income" by scenario. Raises UnknownLabelError for another metric."""
        return _drawn(self._compared, metric)


def what_if(
    economy: Economy,
    what: str | Path | Scenario,
    strength: float | None = None,
    *,
    regions: str | Sequence[str] = (),
    bloc: Sequence[str] = (),
    view: View = "prices respond",
    responses: Mapping[str, Any] | None = None,
    closure: Closure = "pass-through",
    measured: str | None = None,
    id: str | None = None,
    band: bool = True,
) -> WhatIf:
    """What one lever at a strength, or a scenario, does to an economy.

    Of a lever, `view` says whether prices respond and `responses` how (set, labour, capital, lending, sourcing,
    options); `closure` is about fixed prices. `band=False` leaves out the tens of answers in which assumptions vary.

    `what`: a lever's id (see `levers`) with its `strength` (the lever's unit and bounds; its own default if left out),
    the `regions` where it acts and, where it needs one, the `bloc` that it turns to or surrounds; or a `Scenario`; or
    the path of a scenario file, of which `id` chooses one. Outcomes are `measured` for one region, by default that in
    which the levers act.
    Raises UnknownLabelError for a lever; InputError for all that is wrong with the scenario.
    """
    twin = economy.once(Twin)
    how = {"view": view, "closure": closure, **({"responses": responses} if responses else {})}
    scenario = _scenario(twin, what, strength, (regions,) if isinstance(regions, str) else regions, bloc, how, id)
    before, after = twin.before(), twin.run(scenario)
    place = region_of(twin, scenario, measured)
    spread = spread_of(twin, scenario) if band else None
    answered = None if scenario.view == "fixed prices" else responded(twin, scenario, after, band=band)
    found = outcomes(before, after, region=place, bloc=bloc, spread=spread, responded=answered)
    return WhatIf(found, before, after, answered)


def compare(*whatifs: WhatIf) -> Comparison:
    """What-ifs side by side, one column each. Raises InputError for other economies or regions, or an id twice."""
    table = side_by_side([one.outcomes for one in whatifs])
    made = Comparison(table)
    made.attrs = dict(table.attrs)
    made._compared = whatifs
    return made


def levers(economy: Economy | None = None) -> pd.DataFrame:
    """Every lever: title, challenge, what its strength measures, unit, bounds, default, how honest its effect is.

    With an economy, `lacks` names the data that it would need there ("" where the lever works).
    """
    rows = []
    for lever in packaged_levers().values():
        one = lever.parameter
        lacks = {"lacks": ", ".join(missing_data(economy, lever))} if economy is not None else {}
        rows.append(
            {
                "lever": lever.id,
                "title": lever.title,
                "challenge": lever.challenge,
                "strength": one.name,
                "unit": one.unit,
                "low": one.low,
                "high": one.high,
                "default": one.default,
                "effect": lever.honesty,
                **lacks,
            }
        )
    return Frame(rows).set_index("lever")


def _scenario(
    twin: Twin,
    what: str | Path | Scenario,
    strength: float | None,
    regions: Sequence[str],
    bloc: Sequence[str],
    how: Mapping[str, Any],
    id: str | None,
) -> Scenario:
    if isinstance(what, Scenario):
        return what
    if isinstance(what, Path) or what.endswith(".toml"):
        return _of_file(Path(what), id)
    if what not in twin.levers:
        raise UnknownLabelError("lever", what, twin.levers)
    lever = twin.levers[what]
    size = lever.parameter.default if strength is None else strength
    setting = LeverSetting(lever=what, strength=size, regions=tuple(regions), bloc=tuple(bloc))
    title = f"{lever.title}, {size:g} {lever.parameter.unit}"
    asked = {"id": f"{what}-{size:g}".replace(".", "-"), "title": title, "levers": (setting,), **how}
    return Scenario.model_validate(asked)


def _of_file(path: Path, id: str | None) -> Scenario:
    read = {scenario.id: scenario for scenario in read_scenarios(path)}
    if id is None and len(read) > 1:
        raise InputError(Problem(path.name, f"holds {', '.join(read)}.", "Choose one with id=."))
    if id is not None and id not in read:
        raise UnknownLabelError("scenario", id, read, where=path.name)
    return read[id] if id is not None else next(iter(read.values()))


def _drawn(whatifs: Sequence[WhatIf], metric: str) -> Picture:
    measured = whatifs[0].outcomes
    scenarios = tuple(one.outcomes.scenario for one in whatifs)
    document = document_of(whatifs[0].state.economy, measured.region, [], ["scenarios"], scenarios=scenarios)
    pictures = {name.removeprefix("scenarios-"): one for name, one in pictures_of(document).items()}
    return chosen(pictures, metric)
