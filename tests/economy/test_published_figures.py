"""Kaldor's multipliers beside those that were published for the same tables. Needs the real tables."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.economy import Economy
from kaldor.economy.linkages import linkages
from kaldor.economy.multipliers import multipliers
from kaldor.economy.solve import solver_of

pytestmark = pytest.mark.real


def _economy(labels, Z, Y, x, extensions, unit) -> Economy:
    regions, sectors = labels
    source = Source("published", "Published example", "", "", "")
    zero = np.zeros(Y.shape[1])
    return Economy.from_published(
        PublishedEconomy(
            regions,
            sectors,
            sectors,
            ("final",),
            ("Final use",),
            Z,
            Y,
            x,
            unit,
            1995,
            "observed",
            source,
            extensions=tuple(
                PublishedExtension(name, name, unit_of, F, zero, "observed", source)
                for name, (unit_of, F) in extensions.items()
            ),
        )
    )


@pytest.fixture(scope="module")
def germany(shared) -> Economy:
    """Eurostat Manual of Supply, Use and Input-Output Tables (2008), table 15.4: Germany 1995, domestic, 6 sectors."""
    table = pd.read_csv(shared / "germany1995" / "Beutel_15_4.csv").set_index("t_rows2")
    industries = table.columns[4:10]
    domestic = table.index[:6]
    final = table.columns[10:16]
    cells = table.loc[domestic]
    return _economy(
        (("DEU",), tuple(industries)),
        cells[industries].to_numpy(float),
        cells[final].sum(axis=1).to_numpy(float)[:, None],
        table.loc["P1", industries].to_numpy(float),
        {
            "gva": ("EUR m", table.loc["B1G", industries].to_numpy(float)),
            "jobs": ("thousand", table.loc["EMP", industries].to_numpy(float)),
        },
        "EUR m",
    )


def test_germany_1995_backward_linkages_to_the_printed_digit(germany):
    backward = linkages(germany, scope="global")["backward"]
    assert backward.round(4).tolist() == [
        1.7048,
        1.8413,
        1.8136,
        1.6035,
        1.5951,
        1.3782,
    ]


def test_germany_1995_leontief_diagonal_to_the_printed_digit(germany):
    inverse = solver_of(germany).solve(np.eye(germany.n))
    assert np.diag(inverse).round(4).tolist()[:3] == [1.0339, 1.4292, 1.0289]


def test_germany_1995_gva_and_employment_multipliers_to_the_printed_digit(germany):
    found = multipliers(germany)
    assert found["gva"].round(4).tolist() == [0.8450, 0.7647, 0.8615, 0.9019, 0.9393, 0.9199]
    assert found["jobs"].round(4).tolist() == [0.0326, 0.0162, 0.0207, 0.0237, 0.0112, 0.0242]


@pytest.fixture(scope="module")
def georgia(shared) -> tuple[Economy, dict[str, np.ndarray]]:
    """US EPA, USEEIO Georgia and rest of the US, 2020: 2 × 73 commodities with published L and multipliers."""
    folder = shared / "useeio_georgia" / "matrix"
    matrix = {name: np.array(json.loads((folder / f"{name}.json").read_text())) for name in ("A", "L", "D", "N", "q")}
    codes = [row["code"] for row in json.loads((folder.parent / "sectors.json").read_text())][:73]
    indicators = [(row["code"], row["unit"]) for row in json.loads((folder.parent / "indicators.json").read_text())]
    q = matrix["q"][:, 0]
    # The published D is per dollar of output and A gives the flows: Z = A q̂, final use is what remains.
    Z = matrix["A"] * q
    economy = _economy(
        (("US-GA", "RoUS"), tuple(codes)),
        Z,
        np.column_stack([q - Z.sum(axis=1), np.zeros_like(q)]),
        q,
        {code: (unit, matrix["D"][i] * q) for i, (code, unit) in enumerate(indicators)},
        "$",
    )
    return economy, matrix


def test_georgia_leontief_inverse_is_the_published_one(georgia):
    economy, matrix = georgia
    L = solver_of(economy).solve(np.eye(economy.n))
    np.testing.assert_allclose(L, matrix["L"], atol=1e-11)


def test_georgia_multipliers_are_the_published_ones(georgia):
    economy, matrix = georgia
    N = multipliers(economy).to_numpy().T
    np.testing.assert_allclose(N, matrix["N"], rtol=1e-9, atol=1e-15)


def test_georgia_totals_are_the_published_ones(georgia):
    economy, _ = georgia
    assert economy.extension("JOBS").F.sum() / 1e6 == pytest.approx(138.58, abs=0.005)
    assert economy.extension("GHG").F.sum() / 1e9 == pytest.approx(4647, abs=0.5)
