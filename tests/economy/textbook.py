"""Small economies that textbooks print, typed from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.economy import Economy

MILLER_BLAIR = Source("miller-blair", "Two-sector example", "Miller & Blair (2009)", "Table 2.3 and section 2.5", "")


def miller_blair() -> Economy:
    """Miller & Blair, Input-Output Analysis (2009), section 2.3 and 2.5: two sectors, households apart.

    Z = (150 500; 200 100), household consumption (50, 400), other final demand (300, 1300), output (1000, 2000);
    labour services (300, 500). The book's households also buy 50 of labour services, which no table here holds.
    """
    zero = np.zeros(2)
    return Economy.from_published(
        PublishedEconomy(
            regions=("ONE",),
            sectors=("1", "2"),
            sector_names=("Sector 1", "Sector 2"),
            demands=("households", "other"),
            demand_names=("Households", "Other final demand"),
            Z=np.array([[150.0, 500.0], [200.0, 100.0]]),
            Y=np.array([[50.0, 300.0], [400.0, 1300.0]]),
            x=np.array([1000.0, 2000.0]),
            unit="$",
            year=2009,
            status="observed",
            source=MILLER_BLAIR,
            demand_roles={"households": "households"},
            extensions=(
                PublishedExtension(
                    "labour", "Labour services", "$", np.array([300.0, 500.0]), zero, "observed", MILLER_BLAIR
                ),
            ),
        )
    )


def germany_1995(shared: Path) -> Economy:
    """Eurostat Manual of Supply, Use and Input-Output Tables (2008), table 15.4: Germany 1995, domestic."""
    table = pd.read_csv(shared / "germany1995" / "Beutel_15_4.csv").set_index("t_rows2")
    sectors, uses = tuple(table.columns[4:10]), table.columns[10:15]
    cells = table.iloc[:6]
    source = Source("eurostat-manual", "Germany 1995", "Eurostat", "Beutel (2008), table 15.4", "")
    wages = PublishedExtension(
        "wages", "Compensation of employees", "EUR m", _row(table, "D1", sectors), np.zeros(5), "observed", source
    )
    return Economy.from_published(
        PublishedEconomy(
            regions=("DEU",),
            sectors=sectors,
            sector_names=sectors,
            demands=tuple(uses),
            demand_names=tuple(uses),
            Z=cells[list(sectors)].to_numpy(float),
            Y=cells[list(uses)].fillna(0).to_numpy(float),
            x=_row(table, "P1", sectors),
            unit="EUR m",
            year=1995,
            status="observed",
            source=source,
            demand_roles={uses[0]: "households"},
            extensions=(wages,),
        )
    )


def _row(table: pd.DataFrame, code: str, sectors: tuple[str, ...]) -> np.ndarray:
    return table.loc[code, list(sectors)].to_numpy(float)
