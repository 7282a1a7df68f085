"""What a section says when the data for it are missing: what is not modelled, and what would bring it."""

from __future__ import annotations

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Challenge, Finding, Note, Section
from kaldor.brief.ledger import write


def part_without(context: Context, section: str, title: str, challenge: Challenge, lacking: str, remedy: str) -> Part:
    """A section that only says why it is empty, the same on the first page, and one entry of "not modelled"."""
    why = f"the economy of this study ({context.study.economy}, {context.economy.year}) has {lacking}"
    line = write("{title}: not modelled, since {why}. {remedy}", title=title, why=why, remedy=remedy)
    note = Note(tone="missing", title="Not modelled", text=write("{why}. {remedy}", why=_start(why), remedy=remedy))
    return Part(
        section=Section(id=section, title=title, challenge=challenge, blocks=(note,)),
        finding=Finding(challenge=challenge, text=line, section=section),
        not_modelled=(line,),
    )


def without_emissions(context: Context, section: str, title: str) -> Part:
    """The section of an economy that carries no emissions."""
    lacking = f"no extension '{context.study.emissions}'"
    remedy = (
        "Add a dataset with emissions by industry (command: kaldor data add) and name it under 'extensions' in "
        "the study."
    )
    return part_without(context, section, title, "sustainability", lacking, remedy)


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]
