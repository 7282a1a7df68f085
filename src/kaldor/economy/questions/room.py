"""The room of the economy: what a table of flows can tell."""

from kaldor.room import Room, questions_in

ROOM = Room(
    id="economy",
    title={"en": "The economy", "fr": "L’économie", "es": "La economía"},
    questions=questions_in(__package__),
)
