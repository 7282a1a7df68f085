"""Sections on what a study tries: scenarios, paths and many futures."""
