"""Kaldor: an open workbench for industrial strategy."""

__version__ = "0.2.0"
