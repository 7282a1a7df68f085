"""The room of resilience: on whom an economy depends."""

from kaldor.room import Room, questions_in

ROOM = Room(
    id="resilience",
    title={"en": "Resilience", "fr": "Résilience", "es": "Resiliencia"},
    questions=questions_in(__package__),
)
