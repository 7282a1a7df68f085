"""What every command on an ensemble of futures may be given, and the sweep that it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaldor import bounds
from kaldor.cli import screen
from kaldor.cli.options import (
    Ahead,
    AsJson,
    Levers,
    On,
    Ranges,
    Region,
    Responding,
    Runs,
    ScenarioFile,
    Seed,
    StorePath,
    Stress,
    Stressed,
    Where,
    Which,
    With,
    Year,
)
from kaldor.cli.twin import chosen_scenario, opened_twin

if TYPE_CHECKING:
    from kaldor.economy.economy import Economy
    from kaldor.twin.futures.sweep_result import SweepResult


@dataclass(frozen=True)
class Ensemble:
    """A scenario in many futures, as it is typed."""

    scenario: ScenarioFile
    on: On
    year: Year = None
    with_: With = None
    region: Region = None
    ranges: Ranges = None
    runs: Runs = 1000
    seed: Seed = 1
    years: Ahead = 10
    stress: Stress = None
    stressed: Stressed = 50
    responding: Responding = bounds.MOST_RESPONDING
    where: Where = None
    id: Which = None
    own: Levers = None
    store: StorePath = None
    as_json: AsJson = False

    def swept(self) -> tuple[SweepResult, Economy]:
        """Every future answered, and the economy that they start from."""
        from kaldor.twin.futures.ranges import lever_ranges, packaged_growth_ranges, packaged_shock_ranges, read_ranges
        from kaldor.twin.futures.sampling import plan
        from kaldor.twin.futures.sweep import sweep
        from kaldor.twin.outcomes import region_of
        from kaldor.twin.shocks.stress_plan import StressPlan

        asked = chosen_scenario(self.scenario, self.id)
        varied = read_ranges(self.ranges) if self.ranges else None
        twin = opened_twin(self.on, self.year, self.with_, self.own, self.store)
        place = region_of(twin, asked, self.region)
        test = None if self.stress is None else StressPlan(place, runs=self.stress, seed=self.seed)
        shocks = () if test is None else packaged_shock_ranges(test.declared)
        known = varied or (*lever_ranges(twin, asked), *packaged_growth_ranges(twin.economy), *shocks)
        design = plan(
            twin,
            asked,
            known,
            runs=self.runs,
            seed=self.seed,
            region=place,
            years=self.years,
            stress=test,
            stressed=self.stressed,
            responding=self.responding,
        )
        with screen.counting("futures", self.runs) as tell:
            return sweep(twin, design, where=self.where, progress=tell, told=screen.aside), twin.economy
