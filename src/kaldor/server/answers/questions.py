"""Rooms, their questions, and what a question answers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, WithJsonSchema

from kaldor.asking import Input, Origin
from kaldor.words import Language, Status


class QuestionShape(BaseModel):
    """A question: what it asks, of what, its inputs, and the page on its method. A long one is answered by a job."""

    id: str
    room: str
    of: str
    title: dict[Language, str]
    help: str
    page: str
    long: bool
    inputs: list[Input]


class RoomShape(BaseModel):
    """A room, and what can be asked there; nothing in one that a package brings and that cannot be used."""

    id: str
    title: dict[Language, str]
    questions: list[QuestionShape]
    note: str = Field(default="", description="Why a room from another package is left out.")


_CELL = [{"type": kind} for kind in ("string", "number", "boolean", "null")]
_CHAIN = {"type": "array", "items": {"type": "array", "prefixItems": [{"type": "string"}] * 2}}
CellOrChain = Annotated[Any, WithJsonSchema({"anyOf": [*_CELL, _CHAIN]})]
"""A value of a table, or a chain of industries, each by region and sector, producer first. Described, not checked: a
table has many."""


class ColumnAnswer(BaseModel):
    """A column: its key in the rows, and its unit (empty for labels)."""

    id: str
    unit: str = ""


class TableShape(BaseModel):
    """A table of an answer; `largest` is the column by whose size rows are chosen where they do not all fit."""

    id: str
    title: str
    largest: str | None
    columns: list[ColumnAnswer]
    rows: list[dict[str, CellOrChain]]


class AnswerShape(BaseModel):
    """The answer to a question: tables, settings and single figures, sentences, and what stands beside them."""

    title: str
    status: Status
    origin: Origin
    method: str
    facts: dict[str, Any]
    said: list[str]
    notes: list[str]
    tables: list[TableShape]
