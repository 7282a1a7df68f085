"""A sector split by typed values: totals stay, typed values arrive, and what cannot be is refused with its bound."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.accounts import country_accounts
from kaldor.economy.aggregate import aggregate
from kaldor.economy.economy import Economy
from kaldor.economy.multipliers import multipliers
from kaldor.economy.split import SplitPart, split_sector, split_sector_by_region
from kaldor.errors import InputError, UnknownLabelError
from tests.economy.random_tables import random_economy

REST = SplitPart("rest")
SELLS_TO_HOUSEHOLDS = 3  # a seed in which R01/s01 sells to households and draws its inventories down


def _merged(split: Economy, sector: str) -> Economy:
    return aggregate(split, sectors={s: sector for s in split.sectors if s.startswith(f"{sector}.")})


def _assert_same_totals(split: Economy, economy: Economy, sector: str) -> None:
    merged = _merged(split, sector)
    assert merged.sectors == economy.sectors
    for name in ("Z", "Y", "x", "discrepancy", "value_added"):
        ours, theirs = getattr(merged, name), getattr(economy, name)
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12 * np.abs(economy.x).max(), err_msg=name)
    for e in economy.extensions.values():
        np.testing.assert_allclose(merged.extension(e.id).F, e.F, rtol=1e-12)
        np.testing.assert_allclose(merged.extension(e.id).F_Y, e.F_Y, rtol=1e-12)


def _row(economy: Economy, region: str, sector: str) -> int:
    return economy.rows_of(region).start + economy.sector_position(sector)


def _buys(economy: Economy, product: str, row: int) -> float:
    """What one industry buys of a product from all regions, per unit of its output."""
    rows = economy.index.get_level_values("sector") == product
    return economy.Z[rows, row].sum() / economy.x[row]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 4), st.integers(0, 1))
def test_adding_the_parts_up_gives_the_old_economy_back(seed, count, idle):
    economy, rng = random_economy(seed, idle=idle), np.random.default_rng(seed)
    parts_by_region = {region: _random_parts(economy, region, count, rng) for region in economy.regions[1:]}
    split = split_sector_by_region(economy, "s01", parts_by_region)
    assert split.n == 3 * (4 + count - 1)
    _assert_same_totals(split, economy, "s01")
    assert split.Z.min() >= 0
    for region, parts in parts_by_region.items():
        parent = _row(economy, region, "s01")
        for part in parts[:-1]:
            row = _row(split, region, f"s01.{part.label}")
            assert split.x[row] == pytest.approx(part.output_share * economy.x[parent])
            assert split.discrepancy[row] == pytest.approx(
                part.output_share * economy.discrepancy[parent], abs=1e-10 * economy.x[parent]
            )
            assert _buys(split, "s02", row) == pytest.approx(part.inputs["s02"])
            assert split.S("co2")[row] == pytest.approx(part.intensities["co2"])


def _random_parts(economy: Economy, region: str, count: int, rng) -> list[SplitPart]:
    """Parts near the parent, so that the rest keeps something of everything."""
    parent = _row(economy, region, "s01")
    sales = economy.x[parent] - economy.discrepancy[parent]
    return [
        *(
            SplitPart(
                f"p{k}",
                output_share=rng.uniform(0.1, 0.25),
                inputs={
                    "s02": _buys(economy, "s02", parent) * rng.uniform(0.7, 1.2),
                    ("R00", "s03"): economy.Z[3, parent] / economy.x[parent] * rng.uniform(0, 1.2),
                },
                customers={
                    "s03": economy.Z[parent, 3::4].sum() / sales * rng.uniform(0.7, 1.2),
                    ("R02", "households"): max(economy.Y[parent, 4], 0) / sales * rng.uniform(0.7, 1.2),
                },
                intensities={"co2": economy.S("co2")[parent] * rng.uniform(0, 1.2)},
            )
            for k in range(count - 1)
        ),
        REST,
    ]


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_parts_about_which_only_output_is_typed_are_the_parent(share):
    economy = random_economy(1, idle=1)
    split = split_sector(economy, "R01", "s02", [SplitPart("new", output_share=share), REST])
    _assert_same_totals(split, economy, "s02")
    before, after = multipliers(economy)["co2"], multipliers(split)["co2"]
    for region, sector in economy.index:
        if sector != "s02":
            assert after[region, sector] == pytest.approx(before[region, sector], rel=1e-10)
    if share:
        assert after["R01", "s02.new"] == pytest.approx(before["R01", "s02"], rel=1e-10)
    if share < 1:
        assert after["R01", "s02.rest"] == pytest.approx(before["R01", "s02"], rel=1e-10)
    ours, theirs = country_accounts(split, "co2"), country_accounts(economy, "co2")
    np.testing.assert_allclose(ours["consumption"], theirs["consumption"], rtol=1e-10)


def test_multipliers_of_parts_equal_the_explicit_inverse_and_differ_where_something_is_typed():
    economy = random_economy(2)
    split = split_sector(economy, "R01", "s02", [SplitPart("dirty", output_share=0.3, intensities={"co2": 0}), REST])
    L = np.linalg.inv(np.eye(split.n) - split.A())
    np.testing.assert_allclose(multipliers(split)["co2"], split.S("co2") @ L, rtol=1e-10)
    assert multipliers(split)["co2"]["R01", "s02.dirty"] < multipliers(economy)["co2"]["R01", "s02"]
    assert multipliers(split)["co2"]["R01", "s02.rest"] > multipliers(economy)["co2"]["R01", "s02"]


def test_labels_names_groups_note_and_status():
    economy = replace(random_economy(1), status="observed")
    parts = [SplitPart("steel", "Iron and steel", output=1.0, customers={"s03": 0.5}, amounts={"co2": 0.1}), REST]
    split = split_sector(economy, "R01", "s01", parts)
    assert split.sectors == ("s00", "s01.steel", "s01.rest", "s02", "s03")
    assert split.sector_names[1:3] == ("Iron and steel", "Sector s01: rest")
    assert split.sector_groups["manufacturing"] == ("s00", "s01.steel", "s01.rest", "s02")
    assert split.sector_groups["energy"] == ("s03",)
    assert split.status == split.extension("co2").status == "estimated"
    assert split.notes[-1] == (
        "s01 of R01 is split by typed values: s01.steel with output 1 million $ (also typed: customer s03, co2)."
    )
    assert not split.Z.flags.writeable
    assert split.extension("co2").F[_row(split, "R01", "s01.steel")] == pytest.approx(0.1)
    assert Economy.from_published(split.to_published()).n == split.n


def test_where_nothing_is_typed_everything_stays_in_the_rest():
    economy = random_economy(4)
    split = split_sector(economy, "R01", "s01", [SplitPart("new", output_share=0.4), REST])
    for region in ("R00", "R02"):
        new, rest, parent = (
            _row(split, region, "s01.new"),
            _row(split, region, "s01.rest"),
            _row(economy, region, "s01"),
        )
        assert not split.Z[new].any()
        assert not split.Z[:, new].any()
        assert not split.Y[new].any()
        assert (split.x[new], split.extension("co2").F[new]) == (0, 0)
        assert split.x[rest] == pytest.approx(economy.x[parent], rel=1e-12)
        np.testing.assert_allclose(split.Y[rest], economy.Y[parent], rtol=1e-12)


def test_typed_customers_get_their_share_and_the_others_what_is_left():
    economy = random_economy(SELLS_TO_HOUSEHOLDS)
    parent = _row(economy, "R01", "s01")
    assert (economy.Y[parent, 1::2] < 0).all()
    sales = economy.x[parent] - economy.discrepancy[parent]
    typed = economy.Z[parent, 3::4].sum() / sales * 1.5  # s03 of all regions
    split = split_sector(economy, "R01", "s01", [SplitPart("new", output_share=0.3, customers={"s03": typed}), REST])
    new = _row(split, "R01", "s01.new")
    to_s03 = split.Z[new, split.index.get_level_values("sector") == "s03"]
    part_sales = split.x[new] - split.discrepancy[new]
    assert to_s03.sum() / part_sales == pytest.approx(typed)
    np.testing.assert_allclose(to_s03 / to_s03.sum(), economy.Z[parent, 3::4] / economy.Z[parent, 3::4].sum())
    others = split.Z[new, split.index.get_level_values("sector") == "s00"] / economy.Z[parent, 0::4]
    np.testing.assert_allclose(others, others[0])
    assert others[0] < 0.3
    drawn_down = split.Y[new, 1::2] / economy.Y[parent, 1::2]  # negative inventories stay at the share of output
    np.testing.assert_allclose(drawn_down, 0.3)


def test_use_between_parts_is_shared_by_output_unless_typed():
    economy = random_economy(5, regions=1)
    own = economy.Z[1, 1]
    new, rest = 1, 2
    plain = split_sector(economy, "R00", "s01", [SplitPart("new", output_share=0.4), REST])
    np.testing.assert_allclose(plain.Z[1:3, 1:3], own * np.outer([0.4, 0.6], [0.4, 0.6]), rtol=1e-12)
    output = 0.4 * economy.x[1]
    sales = output - 0.4 * economy.discrepancy[1]
    part = SplitPart(
        "new",
        output_share=0.4,
        inputs={"s01": 0.5 * own / output, "s01.new": 0.3 * own / output},
        customers={("R00", "s01.rest"): 0.1 * own / sales},
    )
    typed = split_sector(economy, "R00", "s01", [part, REST])
    assert typed.Z[new, new] == pytest.approx(0.3 * own)
    assert typed.Z[rest, new] == pytest.approx(0.2 * own)
    assert typed.Z[new, rest] == pytest.approx(0.1 * own)
    assert typed.Z[rest, rest] == pytest.approx(0.4 * own)
    _assert_same_totals(typed, economy, "s01")


def test_parts_may_buy_of_the_parts_of_other_regions():
    economy = random_economy(6)
    column = _row(economy, "R01", "s01")
    bought = 0.3 * 0.3 * (economy.Z[1, column] + economy.Z[column, column])
    part = SplitPart("new", output_share=0.3, inputs={"s01.new": 0.8 * bought / (0.3 * economy.x[column])})
    split = split_sector_by_region(
        economy, "s01", {"R00": [SplitPart("new", output_share=0.3), REST], "R01": [part, REST]}
    )
    new = _row(split, "R01", "s01.new")
    assert _buys(split, "s01.new", new) == pytest.approx(part.inputs["s01.new"])
    assert split.Z[_row(split, "R00", "s01.new"), new] == pytest.approx(0.8 * 0.09 * economy.Z[1, column])
    assert split.Z[_row(split, "R02", "s01.new"), new] == 0
    _assert_same_totals(split, economy, "s01")


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "key", "place"),
    [
        ("inputs", "s02", r"R01/s01\.new, input 's02': .* the rest of R0\d/s02 → R01/s01 would be -"),
        ("inputs", ("R00", "s03"), r"R01/s01\.new, input 'R00/s03': .* the rest of R00/s03 → R01/s01 would be -"),
        ("inputs", "s01.new", r"R01/s01\.new, input 's01\.new': .* the rest of R01/s01 → R01/s01\.new would be -"),
        ("customers", "s03", r"R01/s01\.new, customer 's03': .* the rest of R01/s01 → R0\d/s03 would be -"),
        ("customers", ("R01", "households"), r"customer 'R01/households': .* the rest of R01/s01 → R01/households"),
        ("intensities", "co2", r"R01/s01\.new, extension 'co2': .* the rest of co2 of R01/s01 would be -"),
        ("amounts", "co2", r"R01/s01\.new, extension 'co2': .* the rest of co2 of R01/s01 would be -"),
    ],
)
def test_a_value_that_takes_too_much_is_named_with_the_largest_possible_one_which_works(field, key, place):
    economy = random_economy(7)
    parent = _row(economy, "R01", "s01")
    # A part of 90 % of output: its whole need of one product fits into its output, and exceeds what the parent has.
    share = 0.9
    excess = {"inputs": 0.9, "customers": 0.9, "intensities": 2 * economy.S("co2")[parent], "amounts": 1e9}[field]
    with pytest.raises(InputError, match=place) as refused:
        split_sector(economy, "R01", "s01", [SplitPart("new", output_share=share, **{field: {key: excess}}), REST])
    assert f"{excess:.6g} is typed" in str(refused.value)
    largest = float(re.search(r"largest possible value is ([-\d.e+]+)\.", str(refused.value))[1])
    assert 0 < largest < excess
    part = SplitPart("new", output_share=share, **{field: {key: largest * (1 - 1e-5)}})
    _assert_same_totals(split_sector(economy, "R01", "s01", [part, REST]), economy, "s01")
    part = SplitPart("new", output_share=share, **{field: {key: largest * (1 + 1e-5)}})
    with pytest.raises(InputError):
        split_sector(economy, "R01", "s01", [part, REST])


def test_the_sum_of_two_parts_can_take_too_much():
    economy = random_economy(7)
    coefficient = _buys(economy, "s02", _row(economy, "R01", "s01"))
    parts = [SplitPart(label, output_share=0.4, inputs={"s02": 1.4 * coefficient}) for label in "ab"]
    with pytest.raises(InputError) as refused:
        split_sector(economy, "R01", "s01", [*parts, REST])
    assert len(refused.value.problems) == 2


def test_what_the_parent_does_not_have_cannot_be_typed():
    economy = random_economy(8, idle=1)  # R00/s00 makes nothing
    part = SplitPart("new", output_share=0.2, inputs={("R00", "s00"): 0.01}, customers={("R00", "s00"): 0.01})
    with pytest.raises(InputError, match=r"R00/s00 → R01/s01 has nothing to split\. The largest possible value is 0"):
        split_sector(economy, "R01", "s01", [part, REST])


def test_customers_must_leave_neither_too_much_nor_too_little():
    economy = random_economy(SELLS_TO_HOUSEHOLDS)
    everyone = dict.fromkeys([*economy.sectors, "households"], 0.3)
    with pytest.raises(InputError, match=r"adds up to 1\.5 of the part's sales; the largest possible is 1\.0\d+"):
        split_sector(economy, "R01", "s01", [SplitPart("new", output_share=0.01, customers=everyone), REST])
    nothing = dict.fromkeys(everyone, 0.0)
    with pytest.raises(InputError, match=r"leaves .* of sales to all others, who buy 0 of the parent in all"):
        split_sector(economy, "R01", "s01", [SplitPart("new", output_share=0.2, customers=nothing), REST])
    only = {key: 0.0 for key in everyone if key != "s03"}
    with pytest.raises(InputError, match=r"leaves .* must add up to at least 0\.\d+"):
        split_sector(economy, "R01", "s01", [SplitPart("new", output_share=0.9, customers=only), REST])
    two = [SplitPart(label, output_share=0.1, customers=only) for label in "ab"]
    with pytest.raises(InputError, match=r"R01/s01 → R0\d/s03: the rest would be -.*the largest possible is"):
        split_sector(economy, "R01", "s01", [*(replace(part, output_share=_half(economy)) for part in two), REST])


def _half(economy: Economy) -> float:
    """An output share of which one part, but not two, can be sold to s03 alone."""
    parent = _row(economy, "R01", "s01")
    return 0.7 * economy.Z[parent, 3::4].sum() / (economy.x[parent] - economy.discrepancy[parent])


def test_a_sector_that_sells_nothing_in_total_has_no_shares_of_sales():
    economy = random_economy(1, idle=1)
    part = SplitPart("new", output_share=0.0, customers={"s02": 0.5})
    with pytest.raises(InputError, match="the parent sells 0 in total"):
        split_sector(
            replace(economy, Y=np.where(np.arange(12)[:, None] == 0, 0.0, economy.Y)), "R00", "s00", [part, REST]
        )


def test_inputs_that_cost_more_than_output_are_refused():
    economy = random_economy(10)
    parent = _row(economy, "R01", "s01")
    inputs = {s: 3 * _buys(economy, s, parent) for s in economy.sectors}
    with pytest.raises(InputError, match=r"R01/s01\.new, inputs: inputs add up to .* value added would be negative"):
        split_sector(economy, "R01", "s01", [SplitPart("new", output_share=0.2, inputs=inputs), REST])
    none = dict.fromkeys(economy.sectors, 0.0)
    with pytest.raises(InputError, match=r"R01/s01\.rest, inputs: inputs add up to .* value added would be negative"):
        split_sector(economy, "R01", "s01", [SplitPart("new", output_share=0.9, inputs=none), REST])


def test_a_rest_without_output_may_keep_nothing():
    economy = random_economy(10)
    part = SplitPart("new", output_share=1, intensities={"co2": 0.0})
    with pytest.raises(InputError, match=r"co2 of R01/s01: the rest has no output, but .* would be left in it"):
        split_sector(economy, "R01", "s01", [part, REST])


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([REST], "1 part"),
        ([SplitPart("a", output_share=0.1), SplitPart("a")], "stand twice"),
        ([SplitPart("a", output_share=0.1), SplitPart("b", output=1)], "typed for the last part"),
        ([SplitPart("a"), REST], "neither or both"),
        ([SplitPart("a", output=1, output_share=0.1), REST], "neither or both"),
        ([SplitPart("a", output_share=-0.1), REST], "-0.1 is typed"),
        ([SplitPart("a", output_share=0.7), SplitPart("b", output_share=0.4), REST], "largest possible sum"),
        ([SplitPart("a", output_share=0.1, inputs={"s002": 0.1}), REST], "no sector 's002'. Did you mean 's02'"),
        ([SplitPart("a", output_share=0.1, inputs={("R1", "s02"): 0.1}), REST], "no region 'R1'. Did you mean 'R01'"),
        ([SplitPart("a", output_share=0.1, inputs={"s01.rest": 0.1}), REST], "Type 's01' for all parts together"),
        ([SplitPart("a", output_share=0.1, inputs={"s02": float("nan")}), REST], "nan is typed"),
        ([SplitPart("a", output_share=0.1, customers={"s02": -0.1}), REST], "-0.1 is typed"),
        ([SplitPart("a", output_share=0.1, customers={"household": 0.1}), REST], "Did you mean 'households'"),
        ([SplitPart("a", output_share=0.1, intensities={"jobs": 1}), REST], "no such extension. Known: co2"),
        ([SplitPart("a", output_share=0.1, intensities={"co2": 1}, amounts={"co2": 1}), REST], "Keep one of the two"),
        ([SplitPart("a", output_share=0.1, inputs={"s02": 0.01, ("R00", "s02"): 0.01}), REST], "typed twice"),
    ],
)
def test_declarations_that_make_no_sense(parts, message):
    with pytest.raises(InputError, match=re.escape(message)):
        split_sector(random_economy(1), "R01", "s01", parts)


def test_all_problems_are_reported_together():
    part = SplitPart("a", inputs={"nowhere": -1.0}, customers={"nobody": 0.1}, intensities={"jobs": 1})
    with pytest.raises(InputError) as refused:
        split_sector(random_economy(1), "R01", "s01", [part, REST])
    assert len(refused.value.problems) == 5


def test_regions_and_sectors_must_exist_and_have_the_same_parts():
    economy = random_economy(1)
    parts = [SplitPart("a", output_share=0.1), REST]
    with pytest.raises(UnknownLabelError, match="R1"):
        split_sector(economy, "R1", "s01", parts)
    with pytest.raises(UnknownLabelError, match="s1"):
        split_sector(economy, "R01", "s1", parts)
    with pytest.raises(InputError, match="same parts in the same order"):
        split_sector_by_region(economy, "s01", {"R00": parts, "R01": [SplitPart("b", output_share=0.1), REST]})
    with pytest.raises(InputError, match="no region has parts"):
        split_sector_by_region(economy, "s01", {})
    with pytest.raises(InputError, match=r"has a 's01\.a' already"):
        split_sector(replace(economy, sectors=("s00", "s01", "s01.a", "s03")), "R01", "s01", parts)


@pytest.mark.real
def test_german_steel_out_of_basic_metals(wiod):
    economy = wiod(2009)
    parent = _row(economy, "DEU", "c12")
    steel = SplitPart(
        "steel", "Iron and steel", output_share=0.2, amounts={"co2": 0.8 * economy.extension("co2").F[parent]}
    )
    split = split_sector(economy, "DEU", "c12", [steel, SplitPart("rest", "Other metals and metal products")])
    _assert_same_totals(split, economy, "c12")
    ours, theirs = multipliers(split)["co2"], multipliers(economy)["co2"]
    direct = economy.S("co2")[parent]
    assert split.S("co2")[_row(split, "DEU", "c12.steel")] == pytest.approx(4 * direct)
    assert ours["DEU", "c12.steel"] > theirs["DEU", "c12"] > ours["DEU", "c12.rest"]
    accounts, before = country_accounts(split, "co2"), country_accounts(economy, "co2")
    np.testing.assert_allclose(accounts["production"], before["production"], rtol=1e-12)
