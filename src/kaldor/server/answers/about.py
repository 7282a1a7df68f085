"""What the server says of itself."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Health(BaseModel):
    """Which Kaldor answers, and what it lets one do."""

    version: str
    read_only: bool
    token_required: bool = Field(description="whether requests need a token and this one brought none")


class Session(BaseModel):
    """Whether the browser now holds a session."""

    open: bool
