"""Sections on what the framework asks."""
