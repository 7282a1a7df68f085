"""How hard inputs are to replace and to do without, for an economy's own sectors.

The facts (`kaldor.twin.shocks.inputs`) are by WIOD's 35 industries; tables by NACE Rev. 2 are mapped by its divisions.
What a user's own file says takes their place, row by row; for a table of which nothing is known a plain assumption
stands in. Both are said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import classification
from kaldor.economy.economy import Array, Economy
from kaldor.errors import InputError, Problem
from kaldor.twin.shocks.inputs import DIFFERENTIATED, Goods, Inputs, shipped

Places = list[tuple[str, ...]]

STANDS_IN = {True: (0.35, 0.8, 0.95), False: DIFFERENTIATED}
"""The same where nothing is known of a table's goods: of manufactures, and of all else."""
_BY = "wiod35"
"""The classification that the shipped facts are by."""
_NAMED = 5  # sectors that a message lists
UNMAPPED = (
    "Nothing is known of how specific or how critical this table's inputs are: every input stops its users, and 0.8 of"
    " manufactures and all of everything else come of suppliers that nobody replaces at first. Give facts of your own."
)


@dataclass(frozen=True, eq=False)
class Replacing:
    """The facts for an economy of S sectors.

    specificity     low, central and high share of each product that no other supplier can fill soon (3 × S)
    critical, less  to which share of each user's divisions an input is critical, or important (S × S, users last)
    saved           whose users can save some of it (S), and `stock_days` of products other than the usual
    said            what must be said of it, or nothing
    """

    specificity: Array
    critical: Array
    less: Array
    saved: NDArray[np.bool_]
    stock_days: Mapping[str, float]
    said: str = ""


def replacing(economy: Economy, own: Inputs | None = None) -> Replacing:
    """What is known of an economy's inputs: the user's own facts, beside them the shipped ones, or what stands in.

    A row that the user's file lacks is as shipped. Raises InputError where it says nothing of some sectors and nothing
    else is known of them.
    """
    known = _known(economy, shipped())
    if own is None:
        return known or _unmapped(economy)
    mine = _known(economy, own)
    if mine is None:
        raise _without_place(economy, own)
    return _beside(economy, own, mine, known)


def _known(economy: Economy, inputs: Inputs) -> Replacing | None:
    """What some facts say of an economy; None where one of its sectors has no place in them."""
    places = _places(economy, inputs)
    if places is None:
        return None
    unknown = Goods(differentiated=1)
    each = [inputs.goods.get(sector, unknown).specificity for sector in inputs.sectors]
    at = [[inputs.sectors.index(sector) for sector in place] for place in places]
    specificity = np.array([np.mean([each[s] for s in here], axis=0) for here in at]).T.copy()
    critical, less = _merged(_square(inputs, inputs.critical), _square(inputs, inputs.important), at)
    return Replacing(
        specificity=_with_parts(economy, specificity, inputs.sectors),
        critical=critical,
        less=less,
        saved=np.array([any(sector in inputs.energy.saved for sector in place) for place in places]),
        stock_days={
            sector: min(inputs.energy.stock_days[one] for one in place)
            for sector, place in zip(economy.sectors, places, strict=True)
            if all(one in inputs.energy.stock_days for one in place)
        },
    )


def _beside(economy: Economy, own: Inputs, mine: Replacing, known: Replacing | None) -> Replacing:
    """A user's own rows, and for the rest what is known. Raises InputError where there is a rest and nothing known."""
    goods, importance = (_rows_said(economy, own, rows) for rows in (own.goods, {**own.critical, **own.important}))
    if known is None:
        _refuse_gaps(economy, {"goods": goods, "critical or important": importance})
        known = mine
    return Replacing(
        specificity=np.where(goods, mine.specificity, known.specificity),
        critical=np.where(importance[:, None], mine.critical, known.critical),
        less=np.where(importance[:, None], mine.less, known.less),
        saved=mine.saved if "saved" in own.energy.model_fields_set else known.saved,
        stock_days={**known.stock_days, **mine.stock_days},
        said=_said(economy, own, goods, importance),
    )


def _rows_said(economy: Economy, own: Inputs, rows: Mapping[str, object]) -> NDArray[np.bool_]:
    """Of which sectors of an economy a user's file has a row: of all that they are made of (S)."""
    return np.array([all(one in rows for one in place) for place in _places(economy, own) or ()])


def _refuse_gaps(economy: Economy, said: Mapping[str, NDArray[np.bool_]]) -> None:
    problems = [
        Problem(
            f"goods, {table}",
            f"says nothing of {_few(economy, ~rows)}, and nothing else is known of {economy.source.id}'s goods.",
            "Give every sector a row; zeros are an input that stops nobody.",
        )
        for table, rows in said.items()
        if not rows.all()
    ]
    if problems:
        raise InputError(problems)


def _said(economy: Economy, own: Inputs, goods: NDArray[np.bool_], importance: NDArray[np.bool_]) -> str:
    sources = "; ".join(own.sources.values()).rstrip(".")
    if goods.all() and importance.all():
        return f"Goods and inputs are what a file of your own says: {sources}."
    told = [
        f"{what} {'every product' if rows.all() else _few(economy, rows)} is"
        for what, rows in (("how specific", goods), ("how critical", importance))
        if rows.any()
    ]
    energy = ["what of energy is saved and stocked"] if own.energy.model_fields_set else []
    says = ", ".join([*told, *energy]) or "nothing of its goods"
    return f"A file of your own says {says} ({sources}); the rest is what is known of the table's industries."


def _few(economy: Economy, chosen: NDArray[np.bool_]) -> str:
    names = [sector for sector, one in zip(economy.sectors, chosen, strict=True) if one]
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _without_place(economy: Economy, own: Inputs) -> InputError:
    lacking = np.array([not {one, one.partition(".")[0]} & {*own.sectors} for one in economy.sectors])
    what = f"says nothing of {_few(economy, lacking)}, which {economy.source.id} has."
    return InputError(Problem("goods, sectors", what, "Name every sector of the table, by its code."))


def _unmapped(economy: Economy) -> Replacing:
    S = len(economy.sectors)
    made = {*economy.sector_groups.get("manufacturing", ())}
    return Replacing(
        specificity=_with_parts(economy, np.array([STANDS_IN[s in made] for s in economy.sectors]).T.copy(), ()),
        critical=np.ones((S, S)),
        less=np.zeros((S, S)),
        saved=np.zeros(S, dtype=bool),
        stock_days={},
        said=UNMAPPED,
    )


def _with_parts(economy: Economy, specificity: Array, known: Sequence[str]) -> Array:
    """A product typed apart ("c12.steel" beside "c12.rest") is unlike any other: nobody else makes it."""
    for position, sector in enumerate(economy.sectors):
        parent, _, label = sector.rpartition(".")
        if label != "rest" and sector not in known and f"{parent}.rest" in economy.sectors:
            specificity[:, position] = 1.0
    return specificity


def _places(economy: Economy, inputs: Inputs) -> Places | None:
    """Which of the facts' sectors each sector of an economy belongs to; None where some have no place."""
    parents = [sector if sector in inputs.sectors else sector.partition(".")[0] for sector in economy.sectors]
    if {*parents} <= {*inputs.sectors}:
        ours = inputs is not shipped() or _are_of(economy, parents, _names(_BY))
        return [(parent,) for parent in parents] if ours else None
    known = (_names(id) for id in inputs.nace.classifications)
    if not any({*parents} <= {*names} and _are_of(economy, parents, names) for names in known):
        return None
    home = {division: sector for sector, here in inputs.nace.divisions.items() for division in here}
    places = [tuple(dict.fromkeys(home[one] for one in divisions(parent) if one in home)) for parent in parents]
    return places if all(places) else None


def _are_of(economy: Economy, codes: Sequence[str], names: Mapping[str, str]) -> bool:
    """Whether sectors are those of a classification and not others under its codes, such as "D" or "c1".

    They are where all of its codes stand in the table, or most names share a word with those that it gives.
    """
    if {*names} <= {*codes}:
        return True
    pairs = zip(codes, economy.sector_names, strict=True)
    alike = [bool(_words(names[code]) & _words(name)) for code, name in pairs]
    return 2 * sum(alike) > len(alike)


def _names(id: str) -> dict[str, str]:
    return {sector.code: sector.name for sector in classification(id).sectors}


def _words(name: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{4,}", name.lower())}


_SECTIONS = {
    **{"A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43), "G": (45, 47)},
    **{"H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68), "M": (69, 75), "N": (77, 82)},
    **{"O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93), "S": (94, 96), "T": (97, 98), "U": (99, 99)},
}


def divisions(code: str) -> list[str]:
    """The divisions of NACE Rev. 2 in a sector's code: "C10T12", "J62_63", "E37-E39", "F" or "41T43"."""
    numbers = [int(number[:2]) for number in re.findall(r"\d+", code)]
    if not numbers:
        bounds = [_SECTIONS[letter] for letter in re.findall("[A-U]", code)]
        return [f"{number:02d}" for low, high in bounds for number in range(low, high + 1)]
    if len(numbers) == 2 and re.search(r"\d(T|-)", code):
        numbers = list(range(numbers[0], numbers[1] + 1))
    return [f"{number:02d}" for number in dict.fromkeys(numbers)]


def _square(inputs: Inputs, rows: Mapping[str, Sequence[float]]) -> Array:
    none = (0.0,) * len(inputs.sectors)
    return np.array([rows.get(sector, none) for sector in inputs.sectors])


def _merged(critical: Array, less: Array, at: Sequence[Sequence[int]]) -> tuple[Array, Array]:
    """Over the sectors that an input is made of the largest, over those of a user the mean."""
    needed = critical + less
    by_input = [np.array([table[here].max(axis=0) for here in at]) for table in (critical, needed)]
    crit, either = (np.array([table[:, here].mean(axis=1) for here in at]).T.copy() for table in by_input)
    return crit, either - crit
