"""A console of which no text that it is given moves the cursor, clears the screen or turns what follows."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from kaldor.cli.fitting import fitted
from kaldor.errors import printable


class Words(Console):
    """A console that writes out what a terminal would obey; colours and tables are its own."""

    def print(self, *objects: Any, **how: Any) -> None:
        """As `Console.print`; a text keeps its line breaks and nothing else that a terminal obeys; a table fits."""
        super().print(*map(self._shown, objects), **how)

    def _shown(self, one: Any) -> Any:
        if isinstance(one, str):
            return printable(one, kept="\n")
        return fitted(one, self.width) if isinstance(one, Table) else one
