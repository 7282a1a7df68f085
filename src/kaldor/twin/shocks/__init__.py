"""Shocks by the day or week: an adaptive regional input–output model with inventories, run with bands by default.

`events` declares what happens and `timeline` lays it over an economy; `parameters` says how firms behave; `model` holds
the equations and `trade` the one pass over the flow table in each step; `course` simulates, `run` adds the band,
`summary` reads losses from it, and `stress` runs the standard set.
"""

from typing import Final

STEPS: Final = 52
STEP_DAYS: Final = 7.0
RUNS: Final = 30
"""Steps, days a step and draws of behaviour where a shock says nothing, at every door."""


def draws_said(runs: int) -> str:
    """How many draws there are, in words: `runs` means the same of one shock and of the standard set."""
    return f"{runs} draws of how firms behave" if runs > 1 else "one draw of how firms behave"


def draws_beside(runs: int) -> str:
    """The runs of one shock in words: the central one is none of the draws."""
    return f"a central run and {draws_said(runs)}"
