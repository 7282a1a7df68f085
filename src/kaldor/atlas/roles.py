"""What a category of final demand is: used at home, sold outside the table or bought there.

A table of one country, or of some, has columns for what crosses its border: exports (what is sold outside), imports
(negative: uses that were not made in the table) or both as one, net exports. None of them is anybody's use at home, and
every account has to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

HOUSEHOLDS: Final = "households"
INVENTORIES: Final = "inventories"
EXPORTS: Final = "exports"
IMPORTS: Final = "imports"
NET_EXPORTS: Final = "net_exports"

OUTSIDE: Final = frozenset({EXPORTS, IMPORTS, NET_EXPORTS})
"""Roles of columns that cross the border of the table: no use at home."""


def canonical_role(role: str) -> str:
    """A role as it is known here: "Net exports", "net-exports" and "net_exports" are one."""
    return "_".join(role.strip().lower().replace("-", " ").split())


def roles_by_code(codes: Iterable[str], roles: Mapping[str, str]) -> dict[str, str]:
    """The roles of the categories that have one.

    Net exports are known by their code as well, since datasets that 0.2 and older stored of USEEIO name no role.
    """
    known = {NET_EXPORTS: NET_EXPORTS, **{code: canonical_role(role) for code, role in roles.items()}}
    return {code: known[code] for code in codes if known.get(code)}
