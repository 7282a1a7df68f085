"""How a scenario is answered: whether prices respond, by which elasticities, and what holds besides."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kaldor.declared import Declared

View = Literal["prices respond", "fixed prices"]
VIEWS: dict[View, str] = {
    "prices respond": "prices, trade, wages and volumes answer to the levers until all markets clear (default)",
    "fixed prices": "recipes, volumes and costs follow the levers alone; nobody answers to a price",
}

Sourcing = Literal["real-cost", "tariff", "taste"]
SOURCING: dict[Sourcing, str] = {
    "real-cost": "buyers turn because what they leave costs more to get: rules, checks, risk (default)",
    "tariff": "buyers turn because what they leave is charged with a tariff that their treasury receives",
    "taste": "buyers turn by another taste or by order, and pay the lever's premium",
}


class Responses(Declared):
    """The choices of a scenario whose prices respond; what is left out is as the set of elasticities has it."""

    set: str = "central"
    labour: Literal["full-employment", "supply", "fixed-real-wage"] | None = None
    capital: Literal["by-industry", "mobile"] | None = None
    lending: Literal["pooled", "fixed", "balanced"] | None = None
    options: Annotated[
        tuple[str, ...],
        Field(
            description="what is off unless it is named: external-economies, specific-factors, slow-labour, "
            "capital-answers, labour-tax, stocks-with-sales"
        ),
    ] = ()
    sourcing: Annotated[Sourcing, Field(description="why buyers turn to other countries")] = "real-cost"
