"""What levers make of an economy, before anything is solved.

A coefficient of A is technology (how much of a product an industry uses) times a sourcing share (from which country it
comes). Levers change one or the other, and combined levers compose on these instead of adding changes of A: using a
fifth less steel and buying it at home are both felt in full. Besides, levers change final use, the intensities of
extensions and the primary inputs (wages, taxes, profit, costs) that an industry pays per unit of output.

Levers act in the order of the scenario, each on what those before it left. What must see the work of all of them (a
tax on what is bought in the end) is given as a function of the finished change and evaluated afterwards.

Only the products that a lever touches are copied; everything else stays the baseline's.

One change holds one economy's, or those of many futures that differ in strengths, figures and growth alone: every
array then has the futures as its leading axis, a strength or figure is a column of them (futures × 1), and shapes
below are those of one. It keeps only the columns of the industries and final users on which any lever may act.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from kaldor.economy.economy import Array, Economy
from kaldor.twin.levies import ALL_PRODUCTS, FinalLevy, Levy, Positions, Recipient
from kaldor.twin.scenario import Closure
from kaldor.twin.sourcing import Moved, Sourcing
from kaldor.twin.start import Start
from kaldor.twin.users import Factor, for_all_suppliers

Rate = Array | Callable[["Change"], Array]
"""An array, or a function of the finished change that gives it."""


class Measures(Protocol):
    """What levers may ask of an equilibrium (`kaldor.twin.responding.measures_taken`); industries are positions (n)."""

    def price_carbon(self, industries: Positions, price: float) -> None:
        """Industries pay for each unit that they emit, in the table's money, indexed to what households pay."""

    def raise_wages(self, industries: Positions, factor: Array) -> None:
        """Industries pay their workers this many times the wage of their region."""

    def raise_labour_productivity(self, industries: Positions, factor: Array) -> None:
        """Industries make this many times as much with a worker."""

    def charge_imports(self, makers: Positions, rate: Array, buyers: Sequence[str]) -> None:
        """Regions charge what they buy of makers elsewhere, by a rate on its price (one for each)."""

    def tax_exports(self, makers: Positions, rate: float, buyers: Sequence[str]) -> None:
        """Regions of the makers take a rate on the price of what some regions buy; below 0 they pay."""

    def bar(self, makers: Positions, share: float, buyers: Sequence[str]) -> None:
        """Some regions no longer get a share of what they get of the makers, for good."""

    def need_more(self, product: int, by_industry: Array, by_final: Array) -> None:
        """Users need more of a product for the same: per unit of output (regions × n), and in all (regions × m)."""


Responding = Callable[[Measures, "Change"], None]
"""What a lever asks of an equilibrium, given the finished change."""


class Change(Sourcing):
    """The levers' work on one economy; methods name what is changed, in the order in which levers act."""

    def __init__(self, economy: Economy, start: Start | None = None, **kept: Any) -> None:
        """No lever has acted yet. `kept`: which columns, as `Purchases` takes them; all by default."""
        super().__init__(economy, start, **kept)
        self._S: dict[str, Array] = {}
        self._by_pay: dict[str, Array] = {}
        self._late: dict[str, list[Callable[[Change], Array]]] = defaultdict(list)
        self._levies: list[tuple[str, Rate, Recipient]] = []
        self._final_levies: list[tuple[str, Rate, Recipient, int, Positions]] = []
        self._premiums: dict[int, int] = {}
        self._settled: dict[int, Levy] = {}
        self._settled_final: dict[int, FinalLevy] = {}
        self.value_added_factor = np.ones((*self.shape, economy.n))
        self.spending: dict[str, Array] = {}
        self._in_motion: Array | None = None
        self._responding: list[Responding] = []
        self._at_fixed_prices: set[int] = set()

    # -- what is there -----------------------------------------------------------------------------------------------

    @property
    def x(self) -> Array:
        """Output (n) before any lever."""
        return self.start.x

    @property
    def per_output(self) -> Array:
        """1/x where there is output, zero elsewhere (n)."""
        return self.start.per_output

    @property
    def per_output_in_motion(self) -> Array:
        """1/(x + all that `set_in_motion` told) where there is output, zero elsewhere (n). When all have acted."""
        if self._in_motion is None:
            return self.per_output
        return self.per_output / (1 + self._in_motion * self.per_output)

    @property
    def value_added_so_far(self) -> Array:
        """Value added per unit of output (n) after the levers so far, levies apart."""
        return self.start.v * self.value_added_factor

    def at(self, industries: Positions, values: Factor) -> Array:
        """Values of some industries among all (n), zero elsewhere."""
        spread = np.zeros((*np.broadcast_shapes(self.shape, np.shape(values)[:-1]), self.economy.n))
        spread[..., industries] = values
        return spread

    # -- intensities and primary inputs ------------------------------------------------------------------------------

    def scale_intensity(self, extension: str, industries: Positions, factor: Factor) -> None:
        """Industries emit (employ, extract) `factor` times as much per unit of output."""
        self._intensity(extension)[..., industries] *= factor

    def answer_to_pay(self, extension: str, industries: Positions, factor: Factor) -> None:
        """Industries employ `factor` times as many per unit of output because pay moved, and not how they produce."""
        if extension not in self._by_pay:
            self._by_pay[extension] = np.ones((*self.shape, self.economy.n))
        self._by_pay[extension][..., industries] *= factor

    def add_intensity(self, extension: str, industries: Positions, amount: Factor) -> None:
        """Industries emit (employ, extract) `amount` more per unit of output."""
        self._intensity(extension)[..., industries] += amount

    def scale_primary(self, industries: Positions, factor: Factor) -> None:
        """Industries pay `factor` times as much value added (wages, profit, taxes) per unit of output."""
        self.value_added_factor[..., industries] *= factor

    def adjust_intensity(self, extension: str, amount: Callable[[Change], Array]) -> None:
        """Add to an intensity (n), once all levers have acted, what a function of the change so far makes of it."""
        self._late[extension].append(amount)

    def set_in_motion(self, output: Array) -> None:
        """Tell how much more industries make (n) by what a lever buys, for emissions that are counted as amounts."""
        self._in_motion = output if self._in_motion is None else self._in_motion + output

    def levy(self, name: str, rate: Rate, recipient: Recipient, *, at_fixed_prices: bool = False) -> None:
        """Industries pay `rate` (n) per unit of output besides; negative rates are subsidies.

        One that stands `at_fixed_prices` only has another meaning where prices respond: see `where_prices_respond`.
        """
        if at_fixed_prices:
            self._at_fixed_prices.add(len(self._levies))
        self._levies.append((name, rate, recipient))

    def where_prices_respond(self, act: Responding) -> None:
        """What a lever means in an equilibrium, where that is another thing than its change of flows and levies."""
        self._responding.append(act)

    def levy_final(self, name: str, rate: Rate, columns: Positions, recipient: Recipient = "treasury") -> None:
        """Some columns of final demand pay `rate` (n) per unit bought."""

        def cells(finished: Change) -> Array:
            return (rate(finished) if callable(rate) else rate)[..., None]

        self._final_levies.append((name, cells, recipient, ALL_PRODUCTS, columns))

    def charge_moved(self, name: str, moved: Moved, premium: Factor, *, by_treasury: bool = False) -> None:
        """Users pay `premium` (a share of the price) more for what was moved, as income of those who supply it now.

        Where it is borne `by_treasury`, that of their region gives them back what they pay.
        """
        position = self.economy.sector_position(moved.product)
        refund = f"{name} borne by the treasury"

        def dearer(asked: Measures, change: Change) -> None:
            inputs, final = change.inputs(moved.product).sum(axis=-2), change.final(moved.product).sum(axis=-2)
            by_industry = moved.by_industry * for_all_suppliers(premium * inputs)
            asked.need_more(position, by_industry, moved.by_final * for_all_suppliers(premium * final))

        self.where_prices_respond(dearer)
        if moved.by_industry.any():

            def by_supplier(change: Change) -> Array:
                bought = change.inputs(moved.product).sum(axis=-2)
                return moved.by_industry * for_all_suppliers(premium * bought)

            def given_back(change: Change) -> Array:
                return -change.at(change.payers.positions, by_supplier(change).sum(axis=-2))

            self._premiums[len(self._levies)] = position
            self._levies.append((name, by_supplier, "suppliers"))
            if by_treasury:
                self._levies.append((refund, given_back, "treasury"))
        if moved.by_final.any():

            def rate(change: Change) -> Array:
                bought = change.final(moved.product)
                dearer = moved.by_final * for_all_suppliers(premium * bought.sum(axis=-2))
                return np.divide(dearer, bought, out=np.zeros_like(dearer), where=bought > 0)

            buyers = self.buyers.positions
            self._final_levies.append((name, rate, "suppliers", position, buyers))
            if by_treasury:
                self._final_levies.append((refund, lambda change: -rate(change), "treasury", position, buyers))

    def spend(self, name: str, region: str, amount: Factor) -> None:
        """A region's treasury spends an amount (in the table's unit) that moves no flow."""
        so_far = self.spending.setdefault(name, np.zeros((*self.shape, self._regions)))
        so_far[..., [self.economy.region_position(region)]] += amount

    # -- what came of it -----------------------------------------------------------------------------------------------

    def moved_final(self) -> Iterator[tuple[int, Array]]:
        """What levers changed of final purchases by product (regions × m), each column at its size in the table."""
        for product, block in self.final_blocks().items():
            yield product, self.at_tables_size(block) - self.economy.Y[product :: self._sectors]

    def at_tables_size(self, by_column: Array) -> Array:
        """Amounts by column of final demand (…, m), where demand has grown at its size in the table."""
        grown = self.start.per_column
        if grown is None:
            return by_column
        return np.divide(by_column, grown, out=np.zeros_like(by_column), where=grown > 0)

    @property
    def responding(self) -> tuple[Responding, ...]:
        """What the levers mean where prices respond, in their order."""
        return tuple(self._responding)

    @property
    def lasting_levies(self) -> list[Levy]:
        """Levies on industries that mean the same where prices respond."""
        return [levy for number, levy in enumerate(self.levies) if number not in self._at_fixed_prices]

    @property
    def levies(self) -> list[Levy]:
        """Levies on industries, on what they buy and emit after all levers. To be read when these have acted."""
        for number, (name, rate, recipient) in enumerate(self._levies):
            if number not in self._settled:
                found = rate(self) if callable(rate) else rate
                self._settled[number] = (
                    Levy(
                        name,
                        self.at(self.payers.positions, found.sum(axis=-2)),
                        recipient,
                        self._premiums[number],
                        found,
                        self.payers.positions,
                    )
                    if number in self._premiums
                    else Levy(name, found, recipient)
                )
        return [self._settled[number] for number in range(len(self._levies))]

    @property
    def final_levies(self) -> list[FinalLevy]:
        """Levies on final purchases, after all levers."""
        for number, (name, rate, recipient, product, columns) in enumerate(self._final_levies):
            if number not in self._settled_final:
                cells = rate(self) if callable(rate) else rate
                self._settled_final[number] = FinalLevy(name, cells, recipient, product, columns, self.economy)
        return [self._settled_final[number] for number in range(len(self._final_levies))]

    def intensity_so_far(self, extension: str) -> Array:
        """Intensity (n) of an extension after the levers so far."""
        found = self._S[extension] if extension in self._S else self.start.S(extension)
        return found * self._by_pay[extension] if extension in self._by_pay else found

    def intensity(self, extension: str, *, at_old_pay: bool = False) -> Array:
        """Intensity (n) of an extension after all levers; `at_old_pay` without what answers to pay alone."""
        if at_old_pay and extension in self._by_pay:
            found = self._S[extension] if extension in self._S else self.start.S(extension)
        else:
            found = self.intensity_so_far(extension)
        for late in self._late.get(extension, ()):
            found = found + late(self)
        return found

    @property
    def moved_extensions(self) -> tuple[str, ...]:
        """The extensions whose intensities levers move."""
        return tuple(dict.fromkeys([*self._S, *self._by_pay, *self._late]))

    def direct(self, extension: str) -> Array:
        """Direct amount of final use (m) of an extension: no lever moves it."""
        return self.start.direct(extension)

    def value_added(self, closure: Closure) -> Array:
        """Value added per unit of output (n), levies included, by a scenario's closure."""
        if closure == "profit":
            spent = sum((moved.sum(axis=-2) for _, moved in self.moved_inputs()), np.zeros(len(self.payers.positions)))
            return self.start.v - self.at(self.payers.positions, spent)
        return self.value_added_so_far + sum((levy.rate for levy in self.levies), np.zeros(self.economy.n))

    def cost_of_inputs(self, unit_costs: Array, industries: Positions) -> Array:
        """What costs per unit of each row (n) come to in all that industries buy per unit of output (industries)."""
        old = self.economy.Z[:, industries] * self.economy.per_output[industries]
        cost, columns = unit_costs @ old, self.payers.at(industries)
        for product, moved in self.moved_inputs():
            of_product = unit_costs[..., None, product :: self._sectors]
            cost = cost + (of_product @ moved[..., columns])[..., 0, :]
        return np.asarray(cost)

    def _intensity(self, extension: str) -> Array:
        if extension not in self._S:
            self._S[extension] = self.copied(self.start.S(extension), 1)
        return self._S[extension]
