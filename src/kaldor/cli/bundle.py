"""What a command may be given, declared as data: options of its own, or a bundle that several commands share."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

Declared = tuple[str, Any, Any]
"""Name, option and default of what may be typed; `REQUIRED` stands where it must be."""

REQUIRED = inspect.Parameter.empty


def declare(command: Callable[..., None], options: Sequence[Declared]) -> None:
    """Make these the options that a command shows and is called with, whatever its own arguments say."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(name, keyword, annotation=of, default=usual) for name, of, usual in options]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {name: of for name, of, _ in options}


def bundled(command: Callable[..., None]) -> Callable[..., None]:
    """A command whose first argument is a bundle, a dataclass of options: they are typed beside the command's own.

    What must be typed comes first, the bundle's before the command's own; what may be left out the other way round.
    """
    (_, first), *others = inspect.signature(command, eval_str=True).parameters.items()
    bundle = first.annotation
    hints = get_type_hints(bundle, include_extras=True)
    shared = [
        (one.name, hints[one.name], REQUIRED if one.default is MISSING else one.default) for one in fields(bundle)
    ]
    own = [(name, one.annotation, one.default) for name, one in others]

    def called(**typed: Any) -> None:
        given = {name: typed.pop(name) for name, *_ in shared}
        command(bundle(**given), **typed)

    called.__name__, called.__doc__ = command.__name__, command.__doc__
    needed = [one for one in (*shared, *own) if one[2] is REQUIRED]
    declare(called, [*needed, *(one for one in (*own, *shared) if one[2] is not REQUIRED)])
    return called
