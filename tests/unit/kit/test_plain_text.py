"""Text from elsewhere is kept whole where it can be, and readable where it is shown."""

import json

import pytest

from seatbridge.kit.plain_text import readable, storable
from seatbridge.psa.kaseya_bms.wire import read_envelope


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Zürich & Söhne 🔑", "Zürich & Söhne 🔑"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("half \ud83d", "half \N{REPLACEMENT CHARACTER}"),
        ("\u202eexe.gpj", "\u202eexe.gpj"),
    ],
)
def test_what_no_database_can_hold_is_replaced(text: str, kept: str) -> None:
    assert storable(text) == kept


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Northwind", "Northwind"),
        ("Zürich 🔑", "Zürich 🔑"),
        ("\u202eexe.gpj\u2066", "exe.gpj"),
        ("two\nlines\tand a\0null", "two lines and a\N{REPLACEMENT CHARACTER}null"),
    ],
)
def test_a_name_is_read_from_its_beginning_to_its_end(text: str, shown: str) -> None:
    assert readable(text) == shown


def test_an_answer_of_bms_holds_nothing_that_cannot_be_kept() -> None:
    body = {"Success": True, "Result": [{"Name": "a\0b\ud800", "Icon": "🔑"}]}
    envelope = read_envelope(json.dumps(body).encode())
    assert envelope is not None
    bad = "\N{REPLACEMENT CHARACTER}"
    assert envelope.result == [{"Name": f"a{bad}b{bad}", "Icon": "🔑"}]
