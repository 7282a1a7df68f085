"""Kaldor: an open workbench for industrial strategy."""

from kaldor import threads

__version__ = "0.2.0"

threads.one()
