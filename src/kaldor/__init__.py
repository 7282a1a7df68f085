"""Kaldor: an open workbench for industrial strategy."""

__version__ = "0.1.0"
