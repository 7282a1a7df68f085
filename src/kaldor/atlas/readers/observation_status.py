"""What the flags that agencies put beside an observation say of its status, the worst of several."""

from __future__ import annotations

import re

from kaldor.words import STATUSES

_MOST_LETTERS = 6
_SAID = {"E": "estimated", "I": "estimated", "F": "predicted", "s": "estimated"}
"""SDMX codes: estimated, imputed, forecast, in either case; Eurostat's own small s is its estimate."""


def status_of(flag: str) -> str:
    """The status behind a flag or several in one cell ('be', 'b,e'): whatever tells of no estimate is observed."""
    letters = re.sub("[^A-Za-z]", "", flag)
    if len(letters) > _MOST_LETTERS:
        return "observed"
    said = [_SAID.get(letter) or _SAID.get(letter.upper(), "observed") for letter in letters]
    return max(said, key=STATUSES.index, default="observed")
