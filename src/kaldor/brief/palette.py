"""The colours of a brief: one for each challenge, told apart by readers with any kind of colour vision.

The five hues (green, blue, violet, amber, rose) were chosen by search so that any two stay apart by 25 units of
CIELAB or more also under simulated protanopia, deuteranopia and tritanopia (Machado et al. 2009), each with a
contrast of at least 4.5 to 1 on white, so that they serve for text as well. Meaning never rests on colour alone:
pictures label their parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kaldor.brief.document import Challenge

INK: Final = "#1b2430"
QUIET: Final = "#5b6673"
RULE: Final = "#c9d0d8"
PAPER: Final = "#ffffff"

CHALLENGE: Final[Mapping[Challenge, str]] = {
    "sustainability": "#00522b",
    "resilience": "#2f69d2",
    "technology": "#6a1080",
    "workforce": "#8c6a12",
    "society": "#bb4483",
    "economy": "#43536b",
}

# Three steps of each hue, dark to light, for the parts of a stacked bar; far enough apart to survive a grey copy.
STEPS: Final[Mapping[Challenge, tuple[str, str, str]]] = {
    "sustainability": ("#004a27", "#3f9468", "#aed2c0"),
    "resilience": ("#173f8f", "#6a9bea", "#c0d5f6"),
    "technology": ("#4d0a5e", "#a868b8", "#dac0e1"),
    "workforce": ("#5f470a", "#c09a3c", "#e5d5ad"),
    "society": ("#7d2453", "#d97fae", "#efc9dd"),
    "economy": ("#2b374a", "#8595ab", "#ccd2dc"),
}
