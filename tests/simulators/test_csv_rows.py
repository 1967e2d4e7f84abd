import csv
import gzip
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvalidInputError
from simulators.csv_cells import Row
from simulators.csv_formats import FORMATS, PRAGUE, WYNDHAM, CsvFormat, parse_map
from simulators.csv_rows import BadRow, open_text, read_rows

PLAIN = FORMATS["csv"]
HEADER = "bin_id,measured_at,fill_pct,stream,lon,lat,threshold_pct,name"
GOOD = "b1,2026-03-02T06:15:00Z,62.5,paper,14.4,50.1,80,Corner"


def rows(*lines: str, format_: CsvFormat = PLAIN, header: str = HEADER) -> list[Row | BadRow]:
    return list(read_rows(io.StringIO("\n".join([header, *lines])), format_))


def only(found: list[Row | BadRow]) -> Row:
    (row,) = found
    assert isinstance(row, Row), row
    return row


def test_a_good_row() -> None:
    assert only(rows(GOOD)) == Row(
        line=2,
        bin_id="b1",
        measured_at=datetime(2026, 3, 2, 6, 15, tzinfo=UTC),
        fill_pct=62.5,
        stream="paper",
        name="Corner",
        lon=14.4,
        lat=50.1,
        threshold_pct=80,
    )


def test_columns_that_a_file_need_not_have() -> None:
    row = only(rows("b1,2026-03-02T06:15:00+01:00,0", header="bin_id,measured_at,fill_pct"))
    assert (row.stream, row.name, row.lon, row.threshold_pct) == ("general", "", None, None)
    assert row.measured_at == datetime(2026, 3, 2, 5, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (",2026-03-02T06:15:00Z,5,,,,,", "line 2, column bin_id: '' is no id"),
        ("a b,2026-03-02T06:15:00Z,5,,,,,", "line 2, column bin_id: 'a b' is no id"),
        ("b,yesterday,5,,,,,", "line 2, column measured_at: 'yesterday' is no time"),
        ("b,,5,,,,,", "line 2, column measured_at: '' is no time"),
        ("b,2026-03-02,x,,,,,", "line 2, column fill_pct: 'x' is no number"),
        ("b,2026-03-02,,,,,,", "line 2, column fill_pct: is empty"),
        ("b,2026-03-02,101,,,,,", "line 2, column fill_pct: 101 is not within 0 and 100"),
        ("b,9999-12-31,5,,,,,", "line 2, column measured_at: '9999-12-31' is not within 1970"),
        ("b,0001-01-01T00:00+14:00,5,,,,,", "line 2, column measured_at: '0001-01-01T00:00+14:00'"),
        ("b,1969-12-31,5,,,,,", "line 2, column measured_at: '1969-12-31' is not within 1970"),
        ('b,2026-03-02,"45,5",,,,,', "line 2, column fill_pct: '45,5' is no number: decimals need"),
        ("b,2026-03-02,5,,,,,a\0b", "line 2, column name: 'a\\x00b' has a NUL character"),
        ("b,2026-03-02,nan,,,,,", "line 2, column fill_pct: 'nan' is no number"),
        ("b,2026-03-02,5,P?,,,,", "line 2, column stream: 'p?' is no stream"),
        ("b,2026-03-02,5,,181,0,,", "line 2, column lon: 181 is not within -180 and 180"),
        ("b,2026-03-02,5,,14,,,", "line 2, column lat: is empty where the other is given"),
        ("b,2026-03-02,5,,,,0,", "line 2, column threshold_pct: 0 is not within 0 and 100"),
        ("b,2026-03-02,5", "line 2, column (whole row): 3 cells where the header has 8"),
    ],
)
def test_a_bad_row_says_where_and_what_and_the_next_is_read(cells: str, problem: str) -> None:
    bad, good = rows(cells, GOOD)
    assert str(bad).startswith(problem)
    assert isinstance(good, Row)
    assert good.line == 3


def test_empty_lines_are_nothing_and_lines_are_counted_over_quoted_breaks() -> None:
    first, second = rows('b1,2026-03-02,5,,,,,"two\nlines"', "", "b1,2026-03-03,x,,,,,")
    assert isinstance(first, Row)
    assert isinstance(second, BadRow)
    assert (first.line, second.line) == (2, 5)


def test_a_quote_that_is_never_closed_is_said() -> None:
    (short,) = rows('b1,2026-03-02,"5,,,,,', GOOD)
    assert str(short) == (
        "line 2, column (whole row): 3 cells where the header has 8; it goes on to line 3: "
        'is a quote (") in it never closed?'
    )
    # in the last column the number of cells is right
    (long,) = rows('b1,2026-03-02,5,,,,,"open', *[GOOD] * 30)
    assert str(long).startswith("line 2, column (whole row): is too long; it goes on to line 32")
    with pytest.raises(InvalidInputError, match=r"no column.*it goes on to line 3: is a quote"):
        rows(GOOD, GOOD, header='"bin_id,measured_at,fill_pct')


def test_bytes_that_are_no_utf_8_make_a_bad_row(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    bad = GOOD.replace("Corner", "Höhe")
    path.write_bytes(f"{HEADER}\n{bad}\n{GOOD}\n".encode("cp1252"))
    with open_text(path) as text:
        first, second = read_rows(text, PLAIN)
    assert str(first) == "line 2, column name: is not UTF-8: save the file as UTF-8"
    assert isinstance(second, Row)


def test_a_column_that_is_not_used_may_hold_what_it_likes(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_bytes(f"{HEADER},Höhe\n{GOOD},süß\n".encode("cp1252"))
    with open_text(path) as text:
        assert only(list(read_rows(text, PLAIN))).name == "Corner"


def test_a_header_that_is_no_utf_8_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_bytes("Behälter,measured_at,fill_pct\n1,2026-03-02,5\n".encode("cp1252"))
    mapped = parse_map(PLAIN, ["bin_id=Behälter"])
    with (
        pytest.raises(InvalidInputError, match=r"Beh\?lter, .*header is not UTF-8"),
        open_text(path) as text,
    ):
        list(read_rows(text, mapped))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("compress", [False, True])
def test_utf_16_is_named(tmp_path: Path, encoding: str, compress: bool) -> None:
    path = tmp_path / "history.csv"
    data = f"{HEADER}\n{GOOD}\n".encode(encoding)
    path.write_bytes(gzip.compress(data) if compress else data)
    with (
        pytest.raises(InvalidInputError, match="looks like UTF-16: save it as UTF-8"),
        open_text(path) as text,
    ):
        list(read_rows(text, PLAIN))


def test_a_cell_beyond_the_csv_modules_limit_is_a_bad_row() -> None:
    bad, good = rows("b" * (csv.field_size_limit() + 1) + ",2026-03-02,5,,,,,", GOOD)
    assert isinstance(bad, BadRow)
    assert "field larger than field limit" in bad.problem
    assert isinstance(good, Row)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = f"{HEADER}\n{GOOD}".replace(",", delimiter)
    assert only(list(read_rows(io.StringIO(text), PLAIN))).fill_pct == 62.5


@pytest.mark.parametrize("compress", [False, True])
def test_a_file_may_be_gzipped_and_begin_with_a_byte_order_mark(
    tmp_path: Path,
    compress: bool,
) -> None:
    data = f"{HEADER}\r\n{GOOD}\r\n".encode("utf-8-sig")
    path = tmp_path / "history"
    path.write_bytes(gzip.compress(data) if compress else data)
    with open_text(path) as text:
        assert only(list(read_rows(text, PLAIN))).bin_id == "b1"


def test_a_torn_gzip_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "history.csv.gz"
    whole = gzip.compress("\n".join([HEADER, *[GOOD] * 5_000]).encode())
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InvalidInputError, match="cannot be read"), open_text(path) as text:
        list(read_rows(text, PLAIN))


def test_a_missing_file_and_missing_columns_are_named(tmp_path: Path) -> None:
    with (
        pytest.raises(InvalidInputError, match=r"cannot be read: .*No such file"),
        open_text(tmp_path / "none.csv"),
    ):
        pass
    with pytest.raises(InvalidInputError, match=r"no column 'bin_id' for bin_id.*columns are a, b"):
        rows("1,2", header="a,b")
    with pytest.raises(InvalidInputError, match="columns are none"):
        list(read_rows(io.StringIO(""), PLAIN))


def test_a_mapping_names_other_columns() -> None:
    mapped = parse_map(PLAIN, ["bin_id=Behälter", "fill_pct=Stand", "measured_at=Zeit"])
    row = only(rows("7,2026-03-02,5", header="Behälter,Zeit,Stand", format_=mapped))
    assert (row.bin_id, row.fill_pct) == ("7", 5)
    for wrong in ("bin", "bin=x", "bin_id=", "=x"):
        with pytest.raises(ValueError, match="must be FIELD=COLUMN"):
            parse_map(PLAIN, [wrong])


def test_wyndham_dates_are_mornings_there_and_tenths() -> None:
    header = "timestamp,latestFullness,fullnessThreshold,serialNumber,reason,description"
    row = only(rows("2018-08-13,4,8,151,ALERT,Coles R Point Cook", header=header, format_=WYNDHAM))
    assert row.measured_at == datetime(2018, 8, 12, 20, tzinfo=UTC)
    assert (row.fill_pct, row.threshold_pct, row.stream) == (40, 80, "recycling")
    assert row.bin_id == "wyndham-151"


@given(
    header=st.lists(st.sampled_from(HEADER.split(",")), unique=True),
    cells=st.lists(st.lists(st.text(max_size=30), max_size=9), max_size=6),
)
def test_any_text_in_any_cell_is_a_reading_or_a_named_problem(
    header: list[str], cells: list[list[str]]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["bin_id", "measured_at", "fill_pct", *header[3:]])
    writer.writerows(cells)
    text.seek(0)
    check(read_rows(text, PLAIN))


@given(st.text())
def test_any_file_is_read_or_refused_in_words(text: str) -> None:
    check(read_rows(io.StringIO(f"bin_id,measured_at,fill_pct{text}", newline=""), PLAIN))


@given(st.binary())
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    text = io.TextIOWrapper(
        io.BytesIO(b"bin_id,measured_at,fill_pct,name" + data),
        encoding="utf-8-sig",
        errors="surrogateescape",
        newline="",
    )
    check(read_rows(text, PLAIN))


def check(found: Iterable[Row | BadRow]) -> None:
    refused = ""
    try:
        whole = list(found)
    except InvalidInputError as error:
        whole, refused = [], str(error)
    assert not refused or "no column" in refused or "header" in refused
    for row in whole:
        if isinstance(row, BadRow):
            assert row.problem
            assert row.line >= 2
        else:
            assert 0 <= row.fill_pct <= 100
            assert row.measured_at.tzinfo is UTC
            assert 1970 <= row.measured_at.year <= 2199
            assert row.name.encode() is not None


@pytest.mark.parametrize(
    ("name", "format_", "readings", "bins"),
    [("wyndham", WYNDHAM, 11_328, 24), ("prague", PRAGUE, 140_243, 23)],
)
def test_real_files_are_read_whole(
    shared_data: Path, name: str, format_: CsvFormat, readings: int, bins: int
) -> None:
    with open_text(shared_data / "data" / "fill" / name / "fill.csv.gz") as text:
        found = list(read_rows(text, format_))
    good = [row for row in found if isinstance(row, Row)]
    assert (len(good), len(found)) == (readings, readings)
    assert len({row.bin_id for row in good}) == bins
