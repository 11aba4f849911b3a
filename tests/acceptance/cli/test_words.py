"""What is typed wrongly, and what programs read: one document, three exit codes, no traceback."""

import json
import socket
import sqlite3
from pathlib import Path

import pytest

from tests.support import worlds
from tests.support.commands import Seatbridge

PARTNER = "Northgate IT"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sync", 7), "There is no integration 7."),
        (("sync", 1, "--approve-line", "northwind"), "northwind is not COMPANY/PRODUCT."),
        (("sync", 1, "--company", "fabrikam"), "Northgate IT has no company fabrikam."),
        (("sync", 1, "--dry-run", "--approve"), "A dry run writes nothing"),
        (("run", "show", 99), "There is no run 99."),
        (("owed", "finish", 3), "Nothing is owed under number 3."),
        (("ledger", "verify", "--partner", "Contoso"), "There is no partner named Contoso."),
        (("integration", "calendar", 1, "--issue-on", "start"), "speak of one contract"),
        (("integration", "calendar", 1, "--freeze-until", "6pm"), "6pm is not a time of day."),
    ],
)
def test_what_cannot_be_right_ends_with_2_and_says_what_there_is(
    mapped: Seatbridge, words: tuple[str | int, ...], said: str
) -> None:
    ended = mapped(*words, "--json")
    assert ended.code == 2
    assert said in ended.err
    assert said in ended.document["error"]["what"]
    assert ended.document["error"]["fix"]


@pytest.mark.parametrize(
    "words",
    [("sync",), ("sync", 1, "--frobnicate"), ("integration", "write-method", 1, "guess"), ("nonsense",)],
)
def test_wrong_usage_ends_with_2(mapped: Seatbridge, words: tuple[str | int, ...]) -> None:
    ended = mapped(*words, "--json")
    assert ended.code == 2
    assert "Usage: seatbridge" in ended.err
    assert ended.document["error"]["what"]


def test_help_touches_nothing(fresh: Seatbridge) -> None:
    helped = fresh("sync", "--help")
    assert helped.code == 0
    assert "--approve-line" in helped.out
    assert not fresh.home.exists()


def test_bad_settings_stop_the_start_with_one_line_each(fresh: Seatbridge) -> None:
    ended = fresh("runs", SEATBRIDGE_HOEM="x", SEATBRIDGE_SETTLE_SECONDS="soon")
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 2
    assert "did you mean SEATBRIDGE_HOME?" in ended.err


def test_a_bad_file_shows_row_and_field_and_changes_nothing(mapped: Seatbridge, tmp_path: Path) -> None:
    bad = worlds.put_file(
        tmp_path, "bad.csv", "company,product,count\nnorthwind,standard,-1\nnobody,gold,2\n"
    )
    ended = mapped("import", "counts", bad, "--partner", PARTNER, "--json")
    assert ended.code == 1
    assert "is negative" in ended.err
    places = [(error["row"], error["field"]) for error in ended.document["error"]["errors"]]
    assert places == [(2, "count"), (3, "company"), (3, "product")]
    assert mapped("import", "counts", tmp_path / "nowhere.csv", "--partner", PARTNER).code == 1


def test_a_dry_import_and_stdin(mapped: Seatbridge) -> None:
    rows = "company,product,count\nnorthwind,standard,15\n"
    tried = mapped("import", "counts", "-", "--partner", PARTNER, "--dry-run", typed=rows)
    assert "Nothing was changed: this was a dry run." in tried.out
    taken = mapped.ok("import", "counts", "-", "--partner", PARTNER, typed=rows)
    assert (taken["changed"] + taken["created"], taken["dry_run"]) == (1, False)


def test_the_calendar_is_shown_with_dates_and_kept_per_contract(mapped: Seatbridge) -> None:
    said = mapped("integration", "calendar", 1, "--start-posts-on", 20, "--freeze-until", "17:30").out
    assert "posted on the 20th; 20 Dec 2026 posts the periods that begin before 20 Jan 2027" in said
    assert "before 17:30" in said
    of_one = mapped.ok("integration", "calendar", 1, "--contract", worlds.CONTOSO, "--issue-on", "start")
    assert of_one["contracts"] == [
        {"contract_id": worlds.CONTOSO, "issue_on": "start", "fiscal": None, "posts_on": None}
    ]
    assert mapped("integration", "calendar", 1, "--contract", 7999, "--from-start").code == 2
    assert mapped.ok("integration", "posted", 1, "--on", "2026-11-01")["posted_on"] == "2026-11-01"
    assert "has not come yet" in mapped("integration", "posted", 1, "--on", "2026-12-01").err


def test_a_new_database_makes_itself_and_an_older_one_asks_for_migrate(mapped: Seatbridge) -> None:
    assert mapped.ok("migrate") == {"applied": []}
    with sqlite3.connect(mapped.home / "seatbridge.sqlite3") as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'sync'")
    database.close()
    ended = mapped("runs")
    assert ended.code == 1
    assert "seatbridge migrate" in ended.err


def test_doctor_sees_open_folders_and_altered_history(mapped: Seatbridge) -> None:
    assert mapped.ok("doctor")["ok"]
    (mapped.home / "seal-keys").chmod(0o644)
    with sqlite3.connect(mapped.home / "seatbridge.sqlite3") as database:
        for (trigger,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE ledger_ledgerentry SET actor = 'somebody else' WHERE seq = 2")
    database.close()
    ended = mapped("doctor", "--json")
    assert ended.code == 1
    fixes = [check["fix"] for check in ended.document["checks"] if not check["ok"]]
    assert [fix.split()[0] for fix in fixes] == ["chmod", "Compare"]
    assert "broken at entry 2" in mapped("ledger", "verify").out


def test_every_export_is_json_and_carries_its_partner(mapped: Seatbridge) -> None:
    lines = [json.loads(line) for line in mapped("ledger", "export").out.splitlines()]
    assert mapped.ok("ledger", "export", "--partner", PARTNER) == lines
    assert {line["partner"] for line in lines} == {PARTNER}
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))


def test_the_demo_refuses_a_taken_port_before_it_plays_anything(fresh: Seatbridge) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = fresh("demo", SEATBRIDGE_BIND=bind)
    assert ended.code == 1
    assert f"Cannot listen on {bind}" in ended.err
    assert "SEATBRIDGE_BIND=127.0.0.1:8001 make demo" in ended.err
    assert ended.out == ""


def test_the_demo_is_for_this_machine_only(fresh: Seatbridge) -> None:
    ended = fresh("demo", SEATBRIDGE_BIND="0.0.0.0:8000")
    assert ended.code == 2
    assert "which other machines can reach" in ended.err
