"""Sections on emissions: whose they are, where they arise and why they changed."""
