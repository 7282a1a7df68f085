"""Codes with their names."""

from __future__ import annotations

from pydantic import BaseModel


class Code(BaseModel):
    """A code with its name."""

    code: str
    name: str
