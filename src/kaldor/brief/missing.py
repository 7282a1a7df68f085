"""What a section says when the data for it are missing: what is not modelled, and what would bring it."""

from __future__ import annotations

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Note
from kaldor.brief.ledger import write
from kaldor.brief.section import Section


def part_without(context: Context, section: Section, lacking: str, remedy: str) -> Part:
    """A section that only says why it is empty, the same on the first page, and one entry of "not modelled"."""
    table = f"{context.economy.source.title}, {context.economy.year}"
    return part_that_says(section, f"the economy of this study ({table}) has {lacking}.", remedy)


def part_that_says(section: Section, why: str, remedy: str) -> Part:
    """A section that only says why it is empty (`why` is a sentence), and what would fill it."""
    line = write("{title}: not modelled, since {why} {remedy}", title=section.heading, why=why, remedy=remedy)
    note = Note(tone="missing", title="Not modelled", text=write("{why} {remedy}", why=_start(why), remedy=remedy))
    return Part.of(section, (note,), line, not_modelled=(line,))


def unbuilt(context: Context, section: Section) -> Part | None:
    """The section of an economy that carries not what the section needs; None where it has all of it."""
    if "emissions" in section.needs and context.study.emissions not in context.economy.extensions:
        lacking = f"no extension '{context.study.emissions}'"
        remedy = (
            "Add a dataset with emissions by industry (command: kaldor data add) and name it under 'extensions' in "
            "the study."
        )
        return part_without(context, section, lacking, remedy)
    if "regions" in section.needs and len(context.economy.regions) == 1:
        return part_without(context, section, "no region but the country itself", "Use a table of several regions.")
    return None


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]
