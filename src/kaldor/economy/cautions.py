"""What must be known of an economy before its accounts are read, and follows from its table alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from kaldor.words import ABOUT_PRINCIPLES, PRINCIPLES, Principle

if TYPE_CHECKING:
    from kaldor.economy.economy import Economy

_NAMED = 3


def cautions(economy: Economy) -> Iterator[str]:
    """One sentence or two on each thing that readers of every account must know."""
    yield from _idle_industries(economy)
    yield from _imports_among_flows(economy)
    yield from _principles(economy)
    yield from unpublished(economy, economy.extensions)


def _principles(economy: Economy) -> Iterator[str]:
    """Whether emissions, energy and materials are counted by residence or on the territory, which differ."""
    from kaldor.economy.names import counts_jobs  # which reads economies itself

    named: dict[Principle, list[str]] = {}
    for one in economy.extensions.values():
        if not counts_jobs(one.id) and one.unit != economy.unit:
            named.setdefault(one.source.principle, []).append(one.name)
    for principle, names in named.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        listed = f"{'; '.join(names[:_NAMED])}{more}"
        yield f"{listed}: {PRINCIPLES[principle]}; {ABOUT_PRINCIPLES[principle]}."


def _idle_industries(economy: Economy) -> Iterator[str]:
    """Industries without output that have flows all the same."""
    idle = np.flatnonzero(~economy.has_output)
    bought = np.asarray(economy.Z[:, idle], dtype=np.float64).sum(axis=0)
    odd = idle[(economy.x[idle] < 0) | (bought != 0)]
    if not len(odd):
        return
    named = ", ".join("/".join(economy.index[i]) for i in odd[:_NAMED])
    named += f" and {len(odd) - _NAMED} more" if len(odd) > _NAMED else ""
    one = len(odd) == 1
    yield (
        f"{len(odd)} {'industry has' if one else 'industries have'} no output above zero but flows of "
        f"{'its' if one else 'their'} own ({named}). What {'it buys' if one else 'they buy'}, {bought.sum():,.6g} "
        f"{economy.unit} in all, stands apart in every account as unallocated."
    )


def _imports_among_flows(economy: Economy) -> Iterator[str]:
    """Flows that hold products which were not made in the table."""
    if economy.trades_outside and (bought := economy.bought_outside.sum()) > 0:
        yield (
            f"The flows hold {bought:,.6g} {economy.unit} of products bought outside the table. Accounts and "
            "multipliers take them as if made here, with the table's own technology, and do not know where they come "
            "from."
        )


def unpublished(economy: Economy, extensions: Iterable[str]) -> Iterator[str]:
    """Industries with output of which extensions have no figure; one sentence for all that miss the same."""
    alike: dict[bytes, list[str]] = {}
    for id in extensions:
        if (missing := economy.missing(id)).any():
            alike.setdefault(missing.tobytes(), []).append(economy.extensions[id].name)
    for key, names in alike.items():
        missing = np.frombuffer(key, dtype=np.bool_).reshape(len(economy.regions), len(economy.sectors))
        counts = missing.sum(axis=1)
        named = ", ".join(f"{r} {count}" for r, count in zip(economy.regions, counts, strict=True) if count)
        yield (
            f"{', '.join(names)}: not published for {counts.sum()} industries with output ({named}). They are missing, "
            "not zero: a total is of the others, and what is caused by way of them is not counted."
        )
