"""A shock on an economy, and its course as a brief draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypeAlias

from kaldor.brief.picture import Picture
from kaldor.brief.sections.resilience.shocks import StudyShock
from kaldor.brief.sections.resilience.shocks.pictures import WORLD, Run, fan, tile_map
from kaldor.declared import checked
from kaldor.economy.economy import Economy
from kaldor.economy.names import region_of
from kaldor.notebook.documents import context_of
from kaldor.twin.shocks import RUNS, STEP_DAYS, STEPS
from kaldor.twin.shocks.assumptions import Assumptions
from kaldor.twin.shocks.events import Shock, load_shock
from kaldor.twin.shocks.inputs import load_inputs
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import ShockResult, run_shock

What: TypeAlias = str | Path | Shock | Mapping[str, Any] | None

_PLACE = "the shock"
_LISTS = frozenset({"regions", "sectors", "products", "origins", "destinations"})


@dataclass(frozen=True, eq=False, repr=False)
class ShockRun(ShockResult):
    """What a shock did, with bands over how firms behave; see `ShockResult` for its tables."""

    declared: StudyShock

    def plot(self, place: str = WORLD, picture: Literal["fan", "map"] = "fan") -> Picture:
        """Value added against normal over time, of a region or of the "world"; or where the loss falls, as a map.

        Raises UnknownLabelError for a region that is not there.
        """
        place = place if place == WORLD else region_of(self.economy, place)
        country = self.economy.regions[0] if place == WORLD else place
        context = context_of(self.economy, country, [], ["shocks"], shocks=(self.declared,))
        run = Run(context, self.declared, self)
        origin = context.table_origin("predicted")
        chart = tile_map(run, origin) if picture == "map" else fan(run, place, origin)
        sources = {source.id: source for source in context.sources()}
        return Picture(chart, context.ledger.figures, "resilience", sources)


def shock(
    economy: Economy,
    what: What = None,
    *,
    steps: int = STEPS,
    step_days: float = STEP_DAYS,
    runs: int = RUNS,
    seed: int = 1,
    assumptions: Assumptions | Mapping[str, Any] | None = None,
    **event: Any,
) -> ShockRun:
    """What a shock costs, whom, and for how long, over `steps` steps of `step_days` days, with a band of `runs` draws.

    `what`: the path of a shock file, a `Shock`, or what such a file says as a dict; or none, and one event by its own
    keys: kind="capacity", regions="DEU", sectors="vehicles", share=0.4, days=28. `assumptions` of goods and of those
    who use them stand in place of the usual ones: {"specificity": "fixed"}, or {"goods": the path of your own facts}.
    Raises InputError with everything that is wrong with it; UnknownLabelError.
    """
    how: dict[str, Any] = {"steps": steps, "step_days": step_days, "runs": runs, "seed": seed}
    if assumptions is not None:
        how["assumptions"] = _assumed(assumptions)
    declared = _declared(what, event, how)
    behaviour = Parameters.assuming(declared.assumptions, declared.step_days)
    found = run_shock(economy, declared, behaviour, steps=declared.steps, bands=declared.runs, seed=declared.seed)
    return ShockRun(**{one.name: getattr(found, one.name) for one in fields(found)}, declared=declared)


def _assumed(given: Assumptions | Mapping[str, Any]) -> Assumptions:
    if isinstance(given, Assumptions):
        return given
    goods = given.get("goods")
    read = {"goods": load_inputs(Path(goods))} if isinstance(goods, str | Path) else {}
    return checked(Assumptions, {**given, **read}, "assumptions")


def _declared(what: What, event: Mapping[str, Any], how: Mapping[str, Any]) -> StudyShock:
    if what is None:
        one = {key: (value,) if key in _LISTS and isinstance(value, str) else value for key, value in event.items()}
        written: Mapping[str, Any] = {"id": "shock", "title": "", "events": [one]}
    elif event:
        raise TypeError(f"unexpected keys {', '.join(event)} beside a shock that is given")
    elif isinstance(what, Mapping):
        written = what
    else:
        written = (what if isinstance(what, Shock) else load_shock(Path(what))).model_dump(exclude_unset=True)
    return checked(StudyShock, {**written, **how}, _PLACE)
