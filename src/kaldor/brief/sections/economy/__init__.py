"""Sections on the economy that the challenges share: trade, key industries, prices."""
