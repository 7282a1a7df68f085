"""The room of sustainability: what an economy takes from nature, and gives back."""

from kaldor.room import Room
from kaldor.sustainability.questions import recycled, resources

ROOM = Room(
    id="sustainability",
    title={"en": "Sustainability", "fr": "Durabilité", "es": "Sostenibilidad"},
    questions=(resources.MATERIALS, resources.ENERGY, recycled.QUESTION),
)
