"""What the server says of itself in OpenAPI: an answer holds each of its fields, those with a default, too."""

from __future__ import annotations

import re
from typing import Any

from fastapi import FastAPI

_NAMED = re.compile(r"'\$ref': '#/components/schemas/([^']+)'")


class Described(FastAPI):
    """An application whose document tells answers, which are always whole, from bodies, which may leave things out."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is None:
            document = super().openapi()
            shapes = document["components"]["schemas"]
            asked = _named([one.get("requestBody") for all_ in document["paths"].values() for one in all_.values()])
            for name in set(shapes) - _with_parts(asked, shapes):
                if "properties" in shapes[name]:
                    shapes[name]["required"] = list(shapes[name]["properties"])
        assert self.openapi_schema is not None
        return self.openapi_schema


def _with_parts(names: set[str], shapes: dict[str, Any]) -> set[str]:
    """Shapes, those that they are made of, and so on."""
    found: set[str] = set()
    while names:
        found |= names
        names = _named([shapes[name] for name in names]) - found
    return found


def _named(part: Any) -> set[str]:
    """The shapes that a part of the document names."""
    return set(_NAMED.findall(str(part)))
