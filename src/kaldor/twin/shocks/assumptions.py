"""What a shock assumes of goods and of those who use them, at every door.

How hard suppliers are to replace and inputs to do without decides what losing one costs. What is usual is known of the
goods (`kaldor.twin.shocks.inputs`); here is what somebody may say in its place, in a study, a request or an option.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from kaldor.bounds import SHARE, SPAN, Bounds
from kaldor.declared import Declared, checked, parse
from kaldor.errors import InputError, Problem
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


def as_typed(
    numbers: Mapping[str, float | None],
    *,
    specificity: Sequence[str] = (),
    all_critical: bool = False,
    goods: Inputs | str | None = None,
    prefix: str = "",
) -> Assumptions:
    """What a door that takes texts assumes: `numbers` of None and what is empty were not typed.

    `prefix` stands before the names of its options in what is refused. Raises InputError.
    """
    said: dict[str, Any] = {name: value for name, value in numbers.items() if value is not None}
    if specificity:
        said["specificity"] = _specificity(specificity, f"{prefix}specificity")
    if all_critical:
        said["importance"] = "all critical"
    if goods is not None:
        said["goods"] = _read(goods)
    return checked(Assumptions, said, "options")


def as_texts(said: OfGoods, goods: Inputs | None = None) -> dict[str, list[str]]:
    """What was typed as a door that takes texts is given it, by option: what `as_typed` reads back.

    That a number is never reached (`fading_days` of null) has no text, and is left out.
    """
    texts: dict[str, list[str]] = {}
    for name, value in typed(said).items():
        if name == "importance":
            texts |= {"all_critical": ["true"]} if value == "all critical" else {}
        elif isinstance(value, Mapping):
            texts[name] = [f"{product}={share!r}" for product, share in value.items()]
        elif value is not None:
            texts[name] = [str(value)]
    if goods is not None:
        written = goods.model_dump(mode="json", exclude_unset=True)
        texts["goods"] = ["".join(f"{name} = {_inline(value)}\n" for name, value in written.items())]
    return texts


def _inline(value: Any) -> str:
    """A value as TOML writes it in a line; of a table its keys are quoted."""
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_inline(key)} = {_inline(one)}' for key, one in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _specificity(typed: Sequence[str], where: str) -> str | float | dict[str, float]:
    """One number or "fixed" for all, or numbers by product. Raises InputError for what is neither."""
    if [*typed] == ["fixed"]:
        return "fixed"
    if len(typed) == 1 and "=" not in typed[0]:
        return SHARE.read(typed[0], where, whole=False)
    named = [one.rpartition("=") for one in typed]
    if bare := [value for _, sign, value in named if not sign]:
        what = f"'{bare[0]}' is for all products, beside others for some."
        raise InputError(Problem(where, what, "Give one for all, or PRODUCT=SHARE for each."))
    return {name: SHARE.read(value, f"{where} {name}", whole=False) for name, _, value in named}
