"""Kaldor: an open workbench for industrial strategy.

The names are those of `__init__.pyi`. A name's module is loaded when the name is first asked for: `import kaldor` alone
loads neither numpy nor pandas.
"""

from importlib import import_module

from kaldor import threads

__version__ = "0.2.0"

threads.one()


def _declared() -> dict[str, str]:
    """Each public name and the module that it comes from: the lines `from MODULE import NAME as NAME` of the stub."""
    loader = __spec__.loader
    text = loader.get_data(f"{__file__}i").decode("utf-8")  # type: ignore[union-attr]
    lines = (line.split() for line in text.splitlines() if line.startswith("from "))
    return {name: module for _, module, _, name, *_ in lines}


_HOMES = _declared()
__all__ = [*_HOMES]  # noqa: PLE0604  # names, read from the stub


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'kaldor' has no attribute '{name}'")
    found: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
