"""Concordances are checked when read; conversions keep totals and leave their trace."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.atlas.add import add
from kaldor.atlas.concordance import concordance, merging, read_concordance
from kaldor.atlas.conversion import convert, convert_indicator
from kaldor.atlas.converting import convert_dataset
from kaldor.atlas.store import Store
from kaldor.economy.aggregate import aggregate
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from tests.atlas.plain_folders import small_economy
from tests.economy.random_tables import random_published


def written(folder, text):
    path = folder / "map.csv"
    path.write_text(text)
    return path


def test_a_concordance_is_read_with_its_shares(tmp_path):
    found = read_concordance(written(tmp_path, "from,to,weight\na,x,\nb,x,0.25\nb,y,0.75\n"))
    assert found.targets == ("x", "y")
    assert found.split == ("b",)
    assert found.matrix(["b", "a"]).tolist() == [[0.25, 0.75], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from,to\na,x\na,y\n", "'a' goes to 2 labels and has no weight here"),
        ("from,to,weight\na,x,0.5\na,y,0.4\n", "the weights of 'a' sum to 0.9"),
        ("from,to,weight\na,x,1.5\na,y,-0.5\n", "below zero"),
        ("from,to,weight\na,x,half\n", "'half' is not a finite number"),
        ("from,to,weight\na,x,1\na,x,1\n", "stands 2 times"),
        ("from,weight\na,1\n", "column 'to' is missing"),
    ],
)
def test_what_is_wrong_with_a_concordance_is_named(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read_concordance(written(tmp_path, text))


def test_labels_without_a_row_are_named_with_the_near_match():
    with pytest.raises(InputError, match=r"unknown label 'stel'\. Did you mean 'steel'"):
        concordance({"steel": {"metals": 1.0}}, "map").matrix(["stel"])


def test_merging_equals_aggregation():
    table = random_published(1, 3, 4)
    regions, sectors = table.regions, table.sectors
    by_region = merging({"both": regions[:2]}, regions, "test")
    by_sector = merging({"first": sectors[:2]}, sectors, "test")
    found = Economy.from_published(convert(table, regions=by_region, sectors=by_sector))
    expected = aggregate(
        Economy.from_published(table),
        regions=dict.fromkeys(regions[:2], "both"),
        sectors=dict.fromkeys(sectors[:2], "first"),
    )
    assert (found.regions, found.sectors) == (expected.regions, expected.sectors)
    np.testing.assert_allclose(found.Z, expected.Z, rtol=1e-12)
    np.testing.assert_allclose(found.Y, expected.Y, rtol=1e-12)
    for e in expected.extensions:
        np.testing.assert_allclose(found.extensions[e].F_Y, expected.extensions[e].F_Y, rtol=1e-12)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.01, 0.99))
def test_totals_and_multipliers_survive_a_split(seed, share):
    """A split by fixed shares repeats the parent: totals hold, and each part has the parent's multiplier."""
    table = random_published(seed, 2, 3)
    first, *others = table.sectors
    shares = {first: {"left": share, "right": 1 - share}} | {one: {one: 1.0} for one in others}
    found = convert(table, sectors=concordance(shares, "test"))
    for name in ("Z", "Y", "x"):
        assert getattr(found, name).sum() == pytest.approx(getattr(table, name).sum(), rel=1e-12)
    before, after = (Economy.from_published(one) for one in (table, found))
    for old_row, new_row in ((0, 0), (0, 1), (1, 2)):
        old = np.linalg.inv(np.eye(before.n) - before.A()).sum(axis=0)[old_row]
        new = np.linalg.inv(np.eye(after.n) - after.A()).sum(axis=0)[new_row]
        assert new == pytest.approx(old, rel=1e-9)
    assert "split by fixed shares" in found.notes[-1]


def frame(rows):
    columns = ["indicator", "region", "year", "value", "unit", "sector", "status", "source"]
    return pd.DataFrame([("gdp", *row, "USD", "", status, "s") for *row, status in rows], columns=columns)


def test_amounts_are_added_and_missing_members_leave_a_gap():
    rows = [("CZE", 1990, 1.0, "observed"), ("SVK", 1990, 2.0, "estimated"), ("CZE", 1991, 3.0, "observed")]
    regions = concordance({"CZE": {"CSK": 1.0}, "SVK": {"CSK": 1.0}}, "map")
    found = convert_indicator(frame(rows), regions)
    assert found[["region", "year", "value", "status"]].to_numpy().tolist() == [["CSK", 1990, 3.0, "estimated"]]


def test_ratios_are_averaged_by_weights_that_must_be_there():
    rows = [("CZE", 1990, 10.0, "observed"), ("SVK", 1990, 40.0, "observed")]
    rows += [("CZE", 1991, 10.0, "observed"), ("SVK", 1991, 40.0, "observed")]
    regions = concordance({"CZE": {"CSK": 1.0}, "SVK": {"CSK": 1.0}}, "map")
    people = pd.DataFrame({"region": ["CZE", "SVK", "CZE"], "year": [1990, 1990, 1991], "weight": [2.0, 1.0, 2.0]})
    found = convert_indicator(frame(rows), regions, weights=people)
    assert found["year"].tolist() == [1990]
    assert found["value"].tolist() == pytest.approx([20.0], rel=1e-12)


def test_a_converted_dataset_says_how_it_was_made(tmp_path):
    store = Store(tmp_path / "store")
    (parent,) = add(small_economy(tmp_path / "own"), store, "own").added
    table = store.economy("own", parent.years[0])
    first, second, *others = table.sectors
    rows = [f"{first},both", f"{second},both", *(f"{one},{one}" for one in others)]
    path = written(tmp_path, "from,to\n" + "\n".join(rows) + "\n")
    made = convert_dataset(store, "own", "own-two", sectors=path)
    assert made.years == parent.years
    assert [origin.name for origin in made.provenance.origin] == ["dataset own", "map.csv"]
    assert made.provenance.origin[0].sha256 == parent.content_hash
    converted = store.economy("own-two", parent.years[0])
    assert converted.sectors == ("both", *others)
    assert converted.Z.sum() == pytest.approx(table.Z.sum(), rel=1e-12)
    assert any("converted by" in note and "map.csv" in note for note in converted.notes)
    assert any("aggregation bias" in note for note in converted.notes)
    assert store.check("own-two") == []
