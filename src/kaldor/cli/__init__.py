"""The command line: a thin door to the same functions as Python's."""

import os

# Pydantic looks for plugins in every installed package, and fails where the entry_points.txt of one is broken.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
