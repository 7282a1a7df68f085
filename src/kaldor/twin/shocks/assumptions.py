"""What a shock assumes of goods and of those who use them, at every door.

How hard suppliers are to replace and inputs to do without decides what losing one costs. What is usual is known of the
goods (`kaldor.twin.shocks.inputs`); here is what somebody may say in its place, in a study, a request or an option.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from kaldor.bounds import SHARE, SPAN, Bounds
from kaldor.declared import Declared, parse
from kaldor.twin.shocks.inputs import Inputs

_FILE = "goods"


def _read(given: object) -> object:
    """The text of a user's file as what it declares. Raises InputError with all that is wrong with it."""
    return parse(Inputs, given, _FILE) if isinstance(given, str) else given


Goods = Annotated[
    Inputs | None,
    BeforeValidator(_read),
    WithJsonSchema({"type": "string", "description": "TOML with your own facts of goods and inputs"}),
]
"""A user's own facts: as they were read, or the text of their file."""


class OfGoods(Declared):
    """How specific goods are, which inputs stop their users, what is saved, and whom several lacks hit.

    `specificity` is the share of a product that no other supplier can fill soon: by default what is known of the goods
    (`kaldor.twin.shocks.inputs`, or a user's own), else a number for all, "fixed" (everyone depends on its suppliers,
    and always will), or numbers for products and sector groups beside what is known. `importance` says which inputs
    stop a user: those of the survey, or every one. What is typed, the usual value too, is not drawn: it holds in every
    run of a band.
    """

    specificity: Annotated[float, SHARE] | Literal["fixed"] | dict[str, Annotated[float, SHARE]] | None = None
    importance: Literal["survey", "all critical"] = "survey"
    important_share: Annotated[float, SHARE] = Field(
        default=0.5, description="share of its users' output that an important input stops"
    )
    overlap: Annotated[float, SHARE] = Field(default=0.5, description="1: lacks hit the same firms; 0: firms by chance")
    saving: Annotated[float, Bounds(0, 1, high_open=True)] = Field(
        default=0.05, description="share of their energy that users save without making less"
    )
    lasting_share: Annotated[float, SHARE] = Field(
        default=0.5, description="share of the specificity that no time takes away"
    )
    fading_days: Annotated[float, SPAN] | None = Field(
        default=180.0, description="time over which the rest of it fades after the first event"
    )


def typed(said: OfGoods) -> dict[str, Any]:
    """What somebody has set of what can be assumed, by name in order; what holds by default is not among it."""
    return {name: getattr(said, name) for name in OfGoods.model_fields if name in said.model_fields_set}


class Assumptions(OfGoods):
    """What a door may say of a shock's goods in place of what is usual; `goods` are a user's own facts."""

    goods: Goods = None
