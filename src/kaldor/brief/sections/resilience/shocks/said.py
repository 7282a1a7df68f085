"""What the shocks of a study give to the first page of its brief: each one, the worst, who else pays, how sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kaldor.brief.answer import Entry, Lack, Said
from kaldor.brief.document import Figure, Text
from kaldor.brief.ledger import Origin, identifier, write
from kaldor.brief.names import in_text
from kaldor.brief.sections.resilience.shocks import SECTION
from kaldor.brief.sections.resilience.shocks.losses import lost, one
from kaldor.brief.sentences import sentence

if TYPE_CHECKING:
    from kaldor.brief.sections.resilience.shocks.pictures import Run

_LOST = "lost_value_added"


def said(runs: Sequence[Run], origin: Origin) -> Said:
    """Every shock in a line, the one that costs the country most, who else pays, and the bands."""
    moved = [run for run in runs if _moves(run)]
    return Said(
        sentences=(_worst(runs, moved, origin),) if moved else (_entry(runs[0], origin).text,),
        entries=tuple(_entry(run, origin) for run in runs),
        picture=identifier(SECTION.id, _largest(moved, origin).id, "fan", moved[0].context.country) if moved else "",
        gains=tuple(text for run in moved if (text := _payers(run, origin))),
        uncertain=tuple(_band(run, origin) for run in moved),
        lacks=(
            Lack(
                what=write(
                    "Firms that close for good under a shock, credit, and machines bought to replace lost ones."
                ),
                data="balance sheets of firms by industry, and a survey of their stocks and contracts",
            ),
        ),
    )


def _moves(run: Run) -> bool:
    """Whether the country has something to lose, and loses or gains it."""
    return not run.result.not_modelled and not run.idle(run.context.country) and not run.without_effect


def _own(run: Run, origin: Origin, measure: str = _LOST, column: str = "central") -> Figure:
    return one(run, run.context.country, measure, origin, column)


def _entry(run: Run, origin: Origin) -> Entry:
    if not _moves(run):
        return Entry(kind="Shock", name=run.name, text=lost(run, run.context.country, origin), section=SECTION.id)
    figure = _own(run, origin)
    text = sentence(
        "shock-lost",
        lost=figure,
        way="lower" if (figure.value or 0.0) >= 0 else "higher",
        low=_own(run, origin, column="p5"),
        high=_own(run, origin, column="p95"),
        share=_own(run, origin, "lost_value_added_share"),
    )
    return Entry(kind="Shock", name=run.name, text=(*text, *write(".")), section=SECTION.id)


def _largest(moved: Sequence[Run], origin: Origin) -> Run:
    return max(moved, key=lambda run: _own(run, origin).value or 0.0)


def _worst(runs: Sequence[Run], moved: Sequence[Run], origin: Origin) -> Text:
    worst = _largest(moved, origin)
    return sentence(
        "shock-worst-of" if len(runs) > 1 else "shock-worst",
        count=str(len(runs)),
        name=worst.name,
        place=in_text(worst.context.country),
        lost=_own(worst, origin),
        share=_own(worst, origin, "lost_value_added_share"),
    )


def _payers(run: Run, origin: Origin) -> Text:
    if "unmet_final_demand_elsewhere" not in run.result.summary(run.members(run.context.country)).index:
        return ()
    here, elsewhere = (_own(run, origin, f"unmet_final_demand{where}") for where in ("", "_elsewhere"))
    return sentence("shock-pays", name=run.name, here=here, elsewhere=elsewhere)


def _band(run: Run, origin: Origin) -> Text:
    low, high = (_own(run, origin, column=column) for column in ("p5", "p95"))
    return sentence("shock-band", name=run.name, low=low, high=high)
