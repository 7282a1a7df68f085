"""Names of countries and industries as a sentence needs them."""

from __future__ import annotations

from typing import Final

from kaldor.atlas.regions import region_name

# Names that take an article in a sentence, or whose list form reads badly in one.
_IN_TEXT: Final = {
    "USA": "the United States",
    "GBR": "the United Kingdom",
    "NLD": "the Netherlands",
    "PHL": "the Philippines",
    "ROW": "the rest of the world",
    "RUS": "Russia",
}


def listed(code: str) -> str:
    """A region's name in a table or beside a bar."""
    return "Russia" if code == "RUS" else region_name(code)


def in_text(code: str) -> str:
    """A region's name inside a sentence."""
    return _IN_TEXT.get(code, region_name(code))


def possessive(code: str) -> str:
    """A region's name as the owner of something.

    >>> possessive("DEU"), possessive("NLD")
    ('Germany’s', 'the Netherlands’')
    """
    name = in_text(code)
    return name + ("’" if name.endswith("s") else "’s")


def sentence_start(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def in_running_text(industry: str) -> str:
    """An industry's name inside a sentence: no capital, unless its first word is all capitals.

    >>> in_running_text("Basic and fabricated metals")
    'basic and fabricated metals'
    """
    first = industry.split(" ", maxsplit=1)[0]
    return industry if len(first) > 1 and first.isupper() else industry[:1].lower() + industry[1:]


def with_subscript(text: str) -> str:
    """A text of another's hand with carbon dioxide written as the brief writes it.

    >>> with_subscript("14 Mt CO2 of all CO2e")
    '14 Mt CO₂ of all CO₂e'
    """
    return text.replace("CO2", "CO₂")
