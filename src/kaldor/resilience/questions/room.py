"""The room of resilience: on whom an economy depends."""

from kaldor.resilience.questions import dependence
from kaldor.room import Room

ROOM = Room(
    id="resilience",
    title={"en": "Resilience", "fr": "Résilience", "es": "Resiliencia"},
    questions=(dependence.QUESTION,),
)
