"""The route that describes what a study may hold: every section, its keys, and the JSON schema of each."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field, TypeAdapter

from kaldor.brief.figure import Challenge
from kaldor.brief.section import Key, Need, Section, Shown
from kaldor.brief.sections import sections
from kaldor.server.answers.data import Code
from kaldor.server.refusals import may_answer
from kaldor.twin.metric import packaged_metrics
from kaldor.words import Language

router = APIRouter(prefix="/api", tags=["studies"])

Title = dict[Language, str]


class KeyAnswer(BaseModel):
    """A key of a study: what it is called, whether it may be given several times, and what its value must be."""

    name: str
    title: Title
    many: bool
    form: dict[str, Any] = Field(
        description="JSON schema of its value. `names` marks what names a region, sector, lever or metric; with "
        "`exact`, only one of the table itself."
    )


class SectionAnswer(BaseModel):
    """A section of a brief: what it is called, when a study shows it, and the keys that it reads."""

    id: str
    title: Title
    challenge: Challenge
    shown: Shown
    needs: list[Need]
    keys: list[KeyAnswer]


class SectionsAnswer(BaseModel):
    """Every section that a study may name, in the order of a brief that names none, and what their keys may name."""

    sections: list[SectionAnswer]
    metrics: list[Code]


@router.get("/sections", responses=may_answer())
def described_sections() -> SectionsAnswer:
    """The sections that a brief can have, with the keys of a study that they read."""
    metrics = [Code(code=one.id, name=one.title) for one in packaged_metrics().values()]
    return SectionsAnswer(sections=[_described(one) for one in sections().values()], metrics=metrics)


def _described(section: Section) -> SectionAnswer:
    return SectionAnswer(
        id=section.id,
        title=dict(section.title),
        challenge=section.challenge,
        shown=section.shown,
        needs=list(section.needs),
        keys=[_key(key) for key in section.keys],
    )


def _key(key: Key[Any]) -> KeyAnswer:
    return KeyAnswer(name=key.name, title=dict(key.title), many=key.many, form=TypeAdapter(key.form).json_schema())
