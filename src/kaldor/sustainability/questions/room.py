"""The room of sustainability: what an economy takes from nature, and gives back."""

from kaldor.room import Room, questions_in

ROOM = Room(
    id="sustainability",
    title={"en": "Sustainability", "fr": "Durabilité", "es": "Sostenibilidad"},
    questions=questions_in(__package__),
)
