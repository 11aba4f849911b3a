"""Any table in any usual dialect reads back as it was written; of garbage comes nothing but a refusal."""

import csv
import io
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatbridge.usage.columns import match_columns, names_known
from seatbridge.usage.opening import opened
from seatbridge.usage.refusals import ImportRefused
from seatbridge.usage.tables import rows_of

HEADER = ["company", "user", "status"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark", "utf-16-be-mark", "cp1252"]
# Letters that are one byte from 0xE0 on in Windows-1252: such text can never be taken for UTF-8.
LETTERS = "abcXYZ019 -_.,;'\"|\t\n" + "àçéîñöüþ"
CELLS = st.text(LETTERS, max_size=12)
ROWS = st.lists(
    st.lists(CELLS, min_size=3, max_size=3).filter(lambda row: any(map(str.strip, row))), max_size=8
)


def encoded(text: str, encoding: str) -> bytes:
    if encoding.endswith("-mark"):
        return ("\ufeff" + text).encode(encoding.removesuffix("-mark"))
    return text.encode(encoding)


def read(data: bytes) -> list[list[str]]:
    with opened(io.BytesIO(data)) as text:
        return [cells for _, cells in rows_of(text.lines, partial(names_known, "users"))]


@given(
    rows=ROWS,
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from([",", ";", "\t"]),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_any_table_in_any_dialect_reads_back_equal(
    rows: list[list[str]], encoding: str, delimiter: str, ends: str, quoting: int
) -> None:
    if any("\n" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL  # Python's own writer leaves a line feed bare where lines end otherwise
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ends, quoting=quoting).writerows([HEADER, *rows])
    assert read(encoded(out.getvalue(), encoding)) == [HEADER, *rows]


@given(data=st.binary(max_size=300), with_header=st.booleans())
def test_garbage_is_refused_or_read_and_never_anything_else(data: bytes, *, with_header: bool) -> None:
    with suppress(ImportRefused):
        rows = read(b"company,user,status\n" * with_header + data)
        match_columns("users", rows[0] if rows else [])


def test_line_ends_may_be_mixed() -> None:
    assert read(b"company,user,status\r\na,1,active\rb,2,active\nc,3,active") == [
        HEADER,
        ["a", "1", "active"],
        ["b", "2", "active"],
        ["c", "3", "active"],
    ]


def test_excel_s_own_first_line_and_blank_lines_are_passed_over_but_counted() -> None:
    with opened(io.BytesIO(b"sep=;\ncompany;user;status\n\n;;\na;1;active\n")) as text:
        numbered = list(rows_of(text.lines, partial(names_known, "users")))
    assert numbered == [(2, HEADER), (5, ["a", "1", "active"])]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty"),
        (b"\n\n  \n", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"company,user\0,status\n", "NUL bytes"),
        (b"PK\x03\x04\x14\0\0", "workbook"),
        ("company,user".encode("utf-16-le"), "NUL bytes"),
        (b"\xff\xfec\0o\0m\0p", "breaks off"),
        ("company,user,status\né,1,active\n".encode() + b"\xe9\n", "neither whole UTF-8 nor"),
        (b"company,user,status\n\x81\n", "neither whole UTF-8 nor"),
        (b'company,user,status\na,"1,active\n', "row 2: cannot be read as CSV"),
        (b'company,user,status\na,"1"x,active\n', "row 2: cannot be read as CSV"),
        (b'company,user,status\n"a' + b"\n" * 200, "row 2: cannot be read as CSV .a quote is opened"),
        (b"company,user,status\n" + b"x" * 70_000, "longer than 65,536 bytes"),
    ],
)
def test_what_is_not_a_table_is_refused_with_a_reason(data: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        read(data)


class Endless(io.RawIOBase):
    """One line without an end, as long as anyone reads."""

    def __init__(self) -> None:
        self.given = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return b"x" * size


def test_a_line_without_end_is_refused_after_the_first_chunk() -> None:
    source = Endless()
    with pytest.raises(ImportRefused, match="longer than"), opened(source):  # type: ignore[arg-type]
        pass
    assert source.given <= 1 << 20


def test_a_stream_that_cannot_be_read_twice_is_kept_while_it_is_scanned() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with opened(Pipe(b"company,user,status\na,1,active\n")) as text:
        assert text.lines.read() == "company,user,status\na,1,active\n"
        assert text.bytes_done() == text.scanned.size


def test_a_stream_stays_open_for_its_owner() -> None:
    stream = io.BytesIO(b"company,user,status\n")
    with opened(stream):
        pass
    assert not stream.closed


@pytest.mark.parametrize("path", ["/", "/nowhere/users.csv"])
def test_a_folder_or_a_missing_file_is_refused_by_name(path: str) -> None:
    with pytest.raises(ImportRefused, match=f"'{path}' cannot be read"), opened(path):
        pass
