"""One file a section: each reads the context, enters its figures and gives a `Part` of the brief."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from kaldor.brief.context import Context, Part


def builder(section: str) -> Callable[[Context], Part]:
    """What makes a section that a study may name: `build` of its module, loaded when it is first asked for.

    A brief without shocks thus pays nothing for their code, nor for the compiler behind sweeps.
    """
    module = import_module(f"{__name__}.{section.replace('-', '_')}")
    return cast("Callable[[Context], Part]", module.build)
