"""An input as JSON Schema: for OpenAPI, and for the tools of the Model Context Protocol."""

from __future__ import annotations

from typing import Any

from kaldor.asking.question import Input, Question

_TYPES = {"number": "number", "whole": "integer", "flag": "boolean"}


def schema_of(one: Input) -> dict[str, Any]:
    """What values an input takes."""
    schema: dict[str, Any] = {"type": _TYPES.get(one.kind, "string")}
    if one.choices:
        schema["enum"] = list(one.choices)
    bounds = {
        "exclusiveMinimum" if one.low_open else "minimum": one.low,
        "exclusiveMaximum" if one.high_open else "maximum": one.high,
    }
    schema |= {name: value for name, value in bounds.items() if value is not None}
    if one.many:
        schema = {"type": "array", "items": schema, "uniqueItems": True}
    return schema | ({} if one.default is None else {"default": one.default})


def object_of(question: Question[Any, Any], beside: dict[str, dict[str, Any]], required: list[str]) -> dict[str, Any]:
    """All inputs of a question as one object, with what a door asks for beside them."""
    own = {one.id: schema_of(one) | {"description": one.help} for one in question.described}
    needed = [*required, *(one.id for one in question.described if one.required)]
    return {"type": "object", "properties": beside | own, "required": needed, "additionalProperties": False}
