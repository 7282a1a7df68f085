"""Question: who emits, and for whose final use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import pandas as pd
from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table
from kaldor.economy.accounts import country_accounts
from kaldor.economy.accounts import footprint as flows_of
from kaldor.economy.names import extension_name, extension_of, region_of
from kaldor.economy.questions.inputs import Extension, MaybeRegion
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer

if TYPE_CHECKING:
    from kaldor.atlas.territorial import Territorial


class Footprint(OfEconomy):
    """Of what, for whom, and how it is laid out."""

    extension: Extension = None
    region: MaybeRegion = None
    by: Annotated[
        Literal["account", "region", "product"],
        Field(description="Both accounts of each country; origins × users; or products × users."),
    ] = "account"


def footprint(asked: Asked, given: Footprint, _: Progress) -> Answer:
    """Show who emits (employs, extracts) and for whose final use: production beside consumption accounts."""
    economy = asked.economy
    name = extension_of(economy, given.extension)
    region = None if given.region is None else region_of(economy, given.region)
    if given.by == "account":
        table = country_accounts(economy, name).rename_axis("region")
        method = "country accounts by the Leontief inverse of the multi-regional table (Peters 2008)"
    else:
        table = flows_of(economy, name, by=given.by)
        method = "consumption-based account by origin and by product (Miller & Blair 2009, ch. 10)"
    if region is not None:
        table = table.loc[[region]] if given.by == "account" else table[[region]]
    found = Table("footprint", table, largest=region if given.by != "account" else None)
    beside = [one for one in asked.inventories(name, economy.year) if region in {None, one.region}]
    return answer(
        asked,
        f"{extension_name(economy, name)} by {given.by}",
        [found, *([_on_the_territory(beside)] if beside and given.by == "account" else [])],
        method,
        extension=name,
        facts={"extension": name, "by": given.by},
        said=tuple(dict.fromkeys(f"On the territory: {one.source.citation}" for one in beside)),
    )


def _on_the_territory(beside: Sequence[Territorial]) -> Table:
    """What inventories say of the same countries, beside accounts that may follow residence."""
    from kaldor.atlas.territorial import UNIT

    frame = pd.DataFrame(
        {"on_territory": [one.value for one in beside], "dataset": [one.dataset for one in beside]},
        index=pd.Index([one.region for one in beside], name="region"),
    )
    frame.attrs["status"] = "observed"
    return Table("territory", frame, {"on_territory": UNIT}, "On the territory, as inventories count")


QUESTION = Question(
    id="footprint",
    room="economy",
    of=ECONOMY,
    title={
        "en": "Who emits, and for whose use",
        "fr": "Qui émet, et pour quel usage",
        "es": "Quién emite, y para qué uso",
    },
    order=10,
    inputs=Footprint,
    answer=footprint,
    page="accounts",
)
