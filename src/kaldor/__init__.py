"""Kaldor: an open workbench for industrial strategy."""

from kaldor import threads

__version__ = "0.1.0"

threads.one()
