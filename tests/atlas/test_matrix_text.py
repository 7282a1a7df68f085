"""A labelled matrix read from text: exact numbers, labels as they stand, every fault named by its place."""

import io

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.readers import matrix_text
from kaldor.atlas.readers.matrix_text import read_matrix
from kaldor.errors import InputError


def read(text, header_rows=1, label_columns=1, delimiter=",", **options):
    stream = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    options = {"header_rows": header_rows, "label_columns": label_columns, "delimiter": delimiter} | options
    return read_matrix(stream, "Z.txt", **options)


def problems(text, **options):
    with pytest.raises(InputError) as caught:
        read(text, **options)
    return str(caught.value)


def column_of(texts):
    lines = "\n".join(f"{k},{text}" for k, text in enumerate(texts))
    return read(f",value\n{lines}\n").values[:, 0]


def test_labels_and_numbers_come_as_they_stand():
    matrix = read(
        "region,,AT,AT\nsector,,steel,bread\nAT,steel,1,2.5\nAT,bread,-3e2,4\n", header_rows=2, label_columns=2
    )
    assert matrix.columns == (("AT", "steel"), ("AT", "bread"))
    assert matrix.rows == (("AT", "steel"), ("AT", "bread"))
    assert matrix.values.tolist() == [[1, 2.5], [-300, 4]]
    assert matrix.header == ("region,,AT,AT", "sector,,steel,bread")


@pytest.mark.parametrize("spread", [1, 8, 300])
def test_every_double_comes_back_from_its_shortest_text(spread):
    rng = np.random.default_rng(spread)
    numbers = rng.choice([-1, 1], 20_000) * 10.0 ** rng.uniform(-spread, min(spread, 308), 20_000)
    read_back = column_of(map(repr, numbers.tolist()))
    assert np.array_equal(read_back.view(np.uint64), numbers.view(np.uint64))


@pytest.mark.parametrize("form", ["%.18e", "%.6f", "%.17g", "%g", "%.25g", "%+d", "%25.12f"])
def test_any_way_of_writing_gives_the_double_that_python_reads(form):
    rng = np.random.default_rng(5)
    texts = [form % number for number in rng.lognormal(0, 12, 3_000).tolist()]
    assert column_of(texts).tolist() == [float(text) for text in texts]


def test_halves_and_the_ends_of_the_range_are_rounded_as_python_rounds_them():
    texts = [
        "9007199254740993",  # 2^53 + 1: half-way, to the even neighbour
        "9007199254740993.0000000000000000000000000000001",
        "9007199254740995",
        "1.00000000000000011102230246251565",
        "5e-324",
        "2.4703282292062327e-324",
        "2.2250738585072011e-308",
        "1.7976931348623157e308",
        "0.1e-5",
        "123456789012345678901234567890e-10",
        "0.00000000000000000000000000000000000012345678901234567",
        "00000000000000000000000012.5",
        "-0",
        "-0.0",
        "1.",
        ".5",
        "+7",
        "1E+3",
        "0e999999999999",
    ]
    expected = np.array([float(text) for text in texts])
    assert np.array_equal(column_of(texts).view(np.uint64), expected.view(np.uint64))


def test_numbers_that_lie_near_a_half_are_rounded_right():
    rng = np.random.default_rng(9)
    bits = rng.integers(0x3000_0000_0000_0000, 0x5000_0000_0000_0000, 4_000)
    low, high = bits.view(np.float64), (bits + 1).view(np.float64)
    from decimal import Decimal, localcontext

    with localcontext(prec=60):
        middles = [(Decimal(a) + Decimal(b)) / 2 for a, b in zip(low.tolist(), high.tolist(), strict=True)]
        texts = [f"{middle:.{digits}e}" for middle in middles for digits in (15, 17, 18, 19, 40)]
    assert column_of(texts).tolist() == [float(text) for text in texts]


@pytest.mark.parametrize("block", [7, 64, 1000])
def test_where_blocks_end_makes_no_difference(block, monkeypatch):
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.lognormal(0, 4, (40, 9)), [f"row {k}" for k in range(40)], [f"c{k}" for k in range(9)])
    monkeypatch.setattr(matrix_text, "BLOCK", block)
    matrix = read(frame.to_csv(sep="\t"), delimiter="\t")
    assert np.array_equal(matrix.values, frame.to_numpy())
    assert matrix.rows == tuple((label,) for label in frame.index)


@pytest.mark.parametrize("rows", [3, 100, 5000])
def test_a_tall_matrix_grows_as_it_is_read(rows):
    values = np.arange(rows * 3.0).reshape(rows, 3)
    text = ",a,b,c\n" + "".join(f"r{k},{a},{b},{c}\n" for k, (a, b, c) in enumerate(values.tolist()))
    assert np.array_equal(read(text).values, values)


def test_many_cells_that_need_a_second_look_are_all_read():
    texts = [f"{k}.{'1234567890' * 3}" for k in range(5_000)]
    assert column_of(texts).tolist() == [float(text) for text in texts]


def test_pandas_line_of_index_names_is_passed_over():
    index = pd.MultiIndex.from_product([["AT", "BE"], ["steel", "bread"]], names=["region", "sector"])
    frame = pd.DataFrame(np.arange(16.0).reshape(4, 4), index, index)
    matrix = read(frame.to_csv(sep="\t"), header_rows=2, label_columns=2, delimiter="\t", square=True)
    assert matrix.columns == matrix.rows == tuple(index)
    assert matrix.header[2].startswith("region\tsector\t")
    assert np.array_equal(matrix.values, frame.to_numpy())


def test_quotes_carriage_returns_a_byte_order_mark_and_blank_lines_at_the_end():
    text = b'\xef\xbb\xbf"","a, b","c"\r\n"x, y",1,2\r\n"z ""q""",3,"4"\r\n\r\n\r\n'
    matrix = read(text)
    assert matrix.columns == (("a, b",), ("c",))
    assert matrix.rows == (("x, y",), ('z "q"',))
    assert matrix.values.tolist() == [[1, 2], [3, 4]]


def test_a_matrix_without_labels_and_one_without_the_last_line_end():
    assert read("1;2\n3;4", header_rows=0, label_columns=0, delimiter=";").values.tolist() == [[1, 2], [3, 4]]
    one = read("7", header_rows=0, label_columns=0)
    assert (one.values.tolist(), one.columns, one.rows) == ([[7]], ((),), ((),))


def test_empty_cells_stand_for_what_the_caller_says():
    values = read(",a,b\nr,,2\ns,3,\n", empty=np.nan).values
    assert np.array_equal(values, [[np.nan, 2], [3, np.nan]], equal_nan=True)


def test_other_encodings_are_read_when_named():
    text = "x,Côte\nÅland,1\n"
    assert read(text.encode("latin-1"), encoding="latin-1").columns == (("Côte",),)
    assert "is not text in utf-8" in problems(text.encode("latin-1"))


NO_NUMBERS = ["n/a", "1,5", "1 5", "0x10", "1_000", "١٢", "--1", "e5", ".", "-", "1e", "1e+", "nan", "inf", "1e999", ""]


@pytest.mark.parametrize("cell", [*NO_NUMBERS, "-Infinity"])
def test_what_is_no_finite_number_is_named_with_line_and_column(cell):
    message = problems(f"\ta\tb\nr1\t1\t2\nr2\t3\t{cell}\n", delimiter="\t")
    assert message.startswith("Z.txt, line 3, column 'b': ")
    assert ("is empty" if not cell else "is not a finite number") in message


def test_all_problems_come_together_up_to_a_screen():
    bad = "".join(f"r{k},x,1\n" for k in range(100))
    assert len(problems(f",a,b\n{bad}").splitlines()) == InputError.shown
    assert len(problems(",a,b\nr1,x,1\nr2,1,y\n").splitlines()) == 2


def test_uneven_lines_are_named_with_what_was_expected():
    message = problems(",a,b\nr1,1,2\nr2,3\nr3,4,5,6\n\nr4,1,2\n")
    assert "Z.txt, line 3: 2 cells, expected 3" in message
    assert "Z.txt, line 4: 4 cells, expected 3" in message
    assert "Z.txt, line 5: 1 cells, expected 3" in message


def test_header_lines_of_different_length_are_refused():
    assert "the header lines have 3, 4 cells" in problems(",a,b\n,c,d,e\nr,1,2\n", header_rows=2)


def test_labels_twice_are_named():
    assert "the row label 'r' stands 2 times" in problems(",a,b\nr,1,2\nr,3,4\n")
    assert "the column label 'a' stands 2 times" in problems(",a,a\nr,1,2\n")


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_said_to_be_empty(text):
    assert problems(text) == "Z.txt: the file is empty. Download it again."


def test_a_header_without_lines_is_refused():
    assert "there are no lines of numbers" in problems(",a,b\n")


def test_another_delimiter_is_guessed_at():
    assert "there is one column only. Cells are expected with a tab." in problems(",a,b\nr,1,2\n", delimiter="\t")


def test_what_would_fill_the_memory_is_refused_before_it_is_read():
    header = "," + ",".join(f"c{k}" for k in range(50)) + "\n"
    assert "50 × 50 numbers take 20,000 bytes; at most 1,000" in problems(header, square=True, most_bytes=1_000)
    assert "at most 100 are read" in problems(header, most_bytes=100)
    endless = header + ("r" + ",1" * 50 + "\n") * 10
    assert "there are more than 2 rows of 50 columns; at most 800 bytes" in problems(endless, most_bytes=800)


def test_a_square_table_has_as_many_rows_as_columns():
    assert "1 rows under 2 columns" in problems(",a,b\na,1,2\n", square=True)
    assert "3 rows under 2 columns" in problems(",a,b\na,1,2\nb,1,2\nc,1,2\n", square=True)
    tall = "".join(f"r{k},1,2\n" for k in range(1_000))
    assert "there are more than 64 rows of 2 columns; at most 2 rows" in problems(",a,b\n" + tall, square=True)


def test_a_line_without_end_is_not_read_to_the_end(monkeypatch):
    monkeypatch.setattr(matrix_text, "MOST_LINE_BYTES", 1_000)
    monkeypatch.setattr(matrix_text, "BLOCK", 100)
    assert "a line is longer than 1,000 bytes" in problems(",a\nr," + "1" * 5_000)


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(InputError):
        read(np.random.default_rng(1).bytes(5_000))


def test_progress_counts_the_bytes():
    seen = []
    text = ",a\n" + "".join(f"r{k},1\n" for k in range(1000))
    read(text, progress=seen.append)
    assert seen[-1] == len(text)


def test_rows_may_be_passed_on_as_they_are_read():
    values = np.arange(1_000.0).reshape(200, 5)
    text = ",a,b,c,d,e\n" + "".join(f"r{k}," + ",".join(map(repr, row)) + "\n" for k, row in enumerate(values.tolist()))
    got = []
    matrix = read(text, rows_to=lambda rows: got.append(rows.copy()))
    assert np.array_equal(np.concatenate(got), values)
    assert len(got) > 1
    assert (matrix.values.shape, len(matrix.rows)) == ((0, 5), 200)
    assert "Z.txt, line 201, column 'e'" in problems(text[:-6] + "n/a\n", rows_to=got.append)
