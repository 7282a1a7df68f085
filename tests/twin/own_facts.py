"""A user's own facts of goods for a table of which nothing is known: every row is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kaldor.twin.shocks.inputs import Goods, Inputs


def whole(sectors: Sequence[str], goods: Mapping[str, Goods] | None = None, **more: Any) -> Inputs:
    """Facts by hand: what is not said of a product is that it is differentiated and stops nobody."""
    nobody = dict.fromkeys(sectors, (0.0,) * len(sectors))
    said = {*more.get("important", {})} - {*more.get("critical", {})}
    critical = {one: row for one, row in nobody.items() if one not in said} | more.pop("critical", {})
    every = {one: Goods(differentiated=1) for one in sectors} | dict(goods or {})
    return Inputs(sectors=tuple(sectors), sources={"all": "by hand"}, goods=every, critical=critical, **more)
