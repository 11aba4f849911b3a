"""`run undo`, and a ledger that somebody tampered with, as commands: real HTTP, a copy of the data folder."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import worlds
from tests.support.bms_process import BmsProcess
from tests.support.commands import Seatbridge

Tamper = Callable[[sqlite3.Connection], Any]


@pytest.fixture
def synced(mapped: Seatbridge, bms: BmsProcess) -> Seatbridge:
    """Northwind went from 12 to 14; a person saw no proration after the test write."""
    mapped.ok("sync", 1, "--approve")
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 14
    mapped.ok("integration", "prorations", 1, "none")
    return mapped


def test_a_run_is_put_back_by_its_number(synced: Seatbridge, bms: BmsProcess) -> None:
    preview = synced("run", "undo", 1, "--dry-run")
    assert "which puts back run 1" in preview.out
    assert "Posted invoices are not changed" in preview.out
    assert "seatbridge run approve 2" in preview.out
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 14
    done = synced("run", "undo", 1, "--json").document
    lines = {(line["company"], line["product"]): line for line in done["lines"]}
    line = lines["northwind", "standard"]
    assert (line["units_before"], line["units_after"], line["status"]) == (14, 12, "synced")
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 12
    again = synced("run", "undo", 1)
    assert again.code == 1
    assert f"run {done['id']} put it back already" in again.err
    kept = synced("sync", 1, "--json").document
    assert "skipped:excluded" in {line["status"] for line in kept["lines"]}
    assert bms.units_of(worlds.NORTHWIND_STANDARD) == 12


def test_only_lines_that_the_run_wrote_are_put_back(synced: Seatbridge) -> None:
    refused = synced("run", "undo", 1, "--line", "contoso/standard")
    assert refused.code == 1
    assert "did not write contoso/standard" in refused.err
    assert synced("run", "undo", 1, "--line", "contoso").code == 2


def flip_one_byte(copy: sqlite3.Connection) -> None:
    copy.execute(
        "UPDATE ledger_ledgerentry SET data = replace(data, '\"units\":14', '\"units\":15') "
        "WHERE seq = (SELECT min(seq) FROM ledger_ledgerentry WHERE data LIKE '%\"units\":14%')"
    )


def delete_one(copy: sqlite3.Connection) -> None:
    copy.execute("DELETE FROM ledger_ledgerentry WHERE seq = 5")


def reorder_two(copy: sqlite3.Connection) -> None:
    for old, new in ((6, 1000), (7, 6), (1000, 7)):
        copy.execute("UPDATE ledger_ledgerentry SET seq = ? WHERE seq = ?", (new, old))


def cut_the_tail(copy: sqlite3.Connection) -> None:
    copy.execute("DELETE FROM ledger_ledgerentry WHERE seq > (SELECT max(seq) - 3 FROM ledger_ledgerentry)")


def cut_the_tail_and_move_the_head(copy: sqlite3.Connection) -> None:
    cut_the_tail(copy)
    copy.execute(
        "UPDATE ledger_ledgerhead SET (seq, hash) = "
        "(SELECT seq, hash FROM ledger_ledgerentry ORDER BY seq DESC LIMIT 1)"
    )


@pytest.mark.parametrize(
    ("tamper", "at", "said"),
    [
        (flip_one_byte, None, "it was altered"),
        (delete_one, 5, "entry 5 is missing"),
        (reorder_two, 6, "it was entry 7"),
        (cut_the_tail, -2, "the tail was cut: 3 entries"),
        (cut_the_tail_and_move_the_head, -3, "the head was altered"),
    ],
)
def test_a_copy_that_was_tampered_with_is_named_at_its_first_broken_entry(
    synced: Seatbridge, tmp_path: Path, tamper: Tamper, at: int | None, said: str
) -> None:
    """`at` below 0: counted from the last entry. The original stays whole."""
    (whole,) = synced.ok("ledger", "verify")
    shutil.copytree(synced.home, tmp_path / "copy")
    (file,) = (tmp_path / "copy").glob("*.sqlite3")
    with sqlite3.connect(file) as copy:
        for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            copy.execute(f"DROP TRIGGER {name}")
        wanted = at
        if at is None:
            pattern = "SELECT min(seq) FROM ledger_ledgerentry WHERE data LIKE '%\"units\":14%'"
            (wanted,) = copy.execute(pattern).fetchone()
        tamper(copy)
    copy.close()
    found = replace(synced, home=tmp_path / "copy")("ledger", "verify", "--json")
    assert found.code == 1
    (broken,) = found.document
    assert broken["ok"] is False
    assert said in broken["what"]
    if wanted is not None:
        assert broken["broken_at"] == (wanted if wanted > 0 else whole["entries"] + wanted)
    assert synced.ok("ledger", "verify") == [whole]
