"""Challenge 1, environmental sustainability: footprints by scope."""
