"""The room of the economy: what a table of flows can tell."""

from kaldor.economy.questions import (
    bands,
    change,
    extract,
    footprint,
    induced,
    linkages,
    paths,
    prices,
    upstream,
)
from kaldor.room import Room

ROOM = Room(
    id="economy",
    title={"en": "The economy", "fr": "L’économie", "es": "La economía"},
    questions=tuple(
        one.QUESTION for one in (footprint, paths, change, bands, extract, linkages, prices, upstream, induced)
    ),
)
