"""Question: what hangs on an industry."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kaldor.asking import Answer, Progress, Question, Table
from kaldor.bounds import SHARE
from kaldor.economy.extraction import KINDS, block_of
from kaldor.economy.extraction import extract as taken_out
from kaldor.economy.names import block_words, regions_of, sectors_of
from kaldor.economy.questions.inputs import Regions, Sectors
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer

_ALL_TOGETHER = "No sector is named: all industries of these regions are taken out together, as one block."


class Extract(OfEconomy):
    """Which industries go, how, and how the losses are grouped."""

    region: Regions = ()
    sector: Annotated[
        Sectors, Field(description="Take out these sectors or groups; if none, all industries of the regions together.")
    ] = ()
    kind: Annotated[
        Literal["full", "backward", "forward", "supply"],
        Field(description="What goes: all, purchases, sales, or sales with all sales shares fixed."),
    ] = "full"
    share: Annotated[float, SHARE, Field(description="Share of the block's flows that goes.")] = 1.0
    by: Annotated[Literal["region", "sector", "region-sector"], Field(description="One row a …")] = "region"

    @model_validator(mode="after")
    def _of_something(self) -> Extract:
        if not self.region and not self.sector:
            raise ValueError("name no block. Give region, sector or both.")
        return self


def extract(asked: Asked, given: Extract, _: Progress) -> Answer:
    """Take an industry out: what output, value added and emissions hang on it."""
    economy = asked.economy
    named = regions_of(economy, given.region)
    block = block_of(economy, named.regions or None, sectors_of(economy, given.sector) or None)
    lost = taken_out(economy, block, kind=given.kind, share=given.share, by=given.by)
    return answer(
        asked,
        f"Lost without {100 * given.share:g} % of {block_words(block)} ({given.kind}: {KINDS[given.kind]})",
        Table("lost", lost, largest="output_lost"),
        "hypothetical extraction (Dietzenbacher & Lahr 2013)",
        extension=tuple(economy.extensions),
        facts={
            "all_sectors": not given.sector,
            "kind": given.kind,
            "share": given.share,
            "block": [list(one) for one in block],
        },
        said=(*([_ALL_TOGETHER] if not given.sector else []), *filter(None, [lost.attrs["note"]]), *named.notes),
    )


QUESTION = Question(
    id="extract",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What hangs on an industry",
        "fr": "Ce qui dépend d’une industrie",
        "es": "Lo que depende de una industria",
    },
    order=50,
    inputs=Extract,
    answer=extract,
    page="extraction",
)
