"""Shocks by the day or week: an adaptive regional input–output model with inventories, run with bands by default.

`events` declares what happens and `timeline` lays it over an economy; `parameters` says how firms behave; `model` holds
the equations and `trade` the one pass over the flow table in each step; `course` simulates, `run` adds the band,
`summary` reads losses from it, and `stress` runs the standard set.
"""
