"""Sections on what a country depends on, and what shocks would cost."""
