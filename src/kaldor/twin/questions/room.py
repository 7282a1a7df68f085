"""The room of what-ifs: levers on an economy, and who pays and gains."""

from kaldor.room import Room, questions_in

ROOM = Room(
    id="twin",
    title={"en": "What if", "fr": "Et si", "es": "Qué pasaría si"},
    questions=questions_in(__package__),
)
