"""What the paths of a study give to the first page of its brief: what each comes to, and whose income it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kaldor.brief.answer import Entry, Lack, Said
from kaldor.brief.cost_left_out import lack_of_cost, with_what_is_left_out
from kaldor.brief.document import Text
from kaldor.brief.ledger import write
from kaldor.brief.names import in_running_text
from kaldor.brief.sections.twin.paths import SECTION
from kaldor.brief.sections.twin.paths.tables import METHOD, PathRun
from kaldor.brief.sentences import after_the_name, sentence
from kaldor.brief.wording import listing
from kaldor.twin.futures.path_reached import summed

_MOST_LINES: Final = 3


def said(runs: Sequence[PathRun], heads: Sequence[Text], picture: str) -> Said:
    """Every path in a line, after its headline, and whose income changes most on it."""
    return Said(
        sentences=(heads[0],),
        entries=tuple(
            Entry(
                kind="Path",
                name=run.name,
                text=_line(run, head),
                section=SECTION.id,
            )
            for run, head in zip(runs, heads, strict=True)
        ),
        picture=picture,
        gains=tuple(text for run in runs if (text := _whose_income(run))),
        uncertain=(sentence("path-no-band"),),
        lacks=tuple(_lack(run) for run in runs if run.without_cost),
    )


def _line(run: PathRun, head: Text) -> Text:
    """A path's headline without its name, with what it leaves out."""
    return with_what_is_left_out(after_the_name(head), run.without_cost)


def _lack(run: PathRun) -> Lack:
    levers = listing([f"“{title}”" for title in run.without_cost])
    return lack_of_cost(write("What {levers} would cost on “{name}”.", levers=levers, name=run.name))


def _whose_income(run: PathRun) -> Text:
    """Whose income changes most over the whole path, or who pays most: the largest lines, in a sentence."""
    costs, money = run.result.costs, run.context.currency()
    sums = {str(line): summed(costs[line], list(costs.index)) * money.factor for line in costs.columns}
    told: Text = ()
    for line in sorted((name for name, value in sums.items() if value), key=lambda name: -abs(sums[name]))[
        :_MOST_LINES
    ]:
        words = in_running_text(run.words(line))
        figure = run.context.ledger.enter(
            (SECTION.id, run.id, "cost", line, "sum"),
            f"{run.name}: {words}, summed over {run.span}",
            sums[line],
            money.unit,
            METHOD,
            run.origin(),
        )
        told += sentence("path-line", start="; " if told else "", what=words, sum=figure)
    incomes = bool(run.result.responding) and not run.result.grown.empty
    if not told:
        return ()
    head = sentence("path-incomes" if incomes else "path-pays", name=run.name, span=run.span)
    return with_what_is_left_out((*head, *told, *write(".")), run.without_cost)
