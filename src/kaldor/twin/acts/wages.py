"""Levers on pay: a wage floor, equal pay for women and men."""

from __future__ import annotations

import numpy as np

from kaldor.economy.names import jobs_of
from kaldor.twin.acts import act
from kaldor.twin.acts.productivity import wages_so_far
from kaldor.twin.change import Change
from kaldor.twin.order import Order


@act("labour_share", "jobs_elasticity", charges=True, fixed_only=("labour_share", "jobs_elasticity"))
def wage_floor(change: Change, order: Order) -> None:
    """A floor lifts the wage bill of the industries named by `strength` %; prices carry it, jobs answer.

    Figures: `labour_share` (% of value added), `jobs_elasticity` (change of jobs in % for 1 % of the average wage).
    """
    raised = order.strength / 100
    industries = change.industries(order.regions, order.sectors)
    rise = raised * wages_so_far(change, industries, order.figures["labour_share"] / 100)
    change.levy("wages above the former level", change.at(industries, rise), "factors", at_fixed_prices=True)
    change.where_prices_respond(lambda asked, _: asked.raise_wages(industries, np.full(len(industries), 1 + raised)))
    for extension in jobs_of(change.economy):
        change.answer_to_pay(extension, industries, np.maximum(0.0, 1 + order.figures["jobs_elasticity"] * raised))


@act("labour_share", "pay_gap", charges=True, fixed_only=("labour_share",))
def close_pay_gap(change: Change, order: Order) -> None:
    """The pay of women in the industries named rises by `strength` % of its gap to that of men; prices carry it.

    With f the share of women in jobs and g the gap, women's pay takes the part f (1 − g) of a wage bill of
    (1 − f) + f (1 − g), and closing the gap adds f g to it. Figures: `labour_share` (%), `pay_gap` (%).
    """
    gap, closed = order.figures["pay_gap"] / 100, order.strength / 100
    industries = change.industries(order.regions, order.sectors)
    women = change.intensity_so_far("jobs_female")[..., industries]
    jobs = women + change.intensity_so_far("jobs_male")[..., industries]
    share = np.divide(women, jobs, out=np.zeros_like(jobs), where=jobs > 0)
    rise = closed * share * gap / (1 - share * gap)
    paid = rise * wages_so_far(change, industries, order.figures["labour_share"] / 100)
    change.levy("wages above the former level", change.at(industries, paid), "factors", at_fixed_prices=True)
    change.where_prices_respond(lambda asked, _: asked.raise_wages(industries, 1 + rise))
