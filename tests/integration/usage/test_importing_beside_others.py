"""A long import with other writers beside it, on real connections without a test's transaction around it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection

from seatbridge.partners.adding import add_partner
from seatbridge.partners.models import Partner
from seatbridge.usage.imports import ImportRefused, import_file
from seatbridge.usage.models import CompanyUser
from seatbridge.usage.staging import BATCH
from tests.integration.usage.conftest import COMPANIES, NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice() -> Partner:
    partner = add_partner("Northwind", "America/New_York")
    import_file(partner, "companies", BytesIO(COMPANIES.encode()), complete=True, dry_run=False, now=NOW)
    return partner


def many_users(number: int) -> BytesIO:
    rows = "".join(f"alder,u{user},active\n" for user in range(number))
    return BytesIO(f"company,user,status\n{rows}".encode())


def in_another_connection(work: Callable[[], object]) -> None:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_others_may_write_while_a_file_is_being_read(alice: Partner) -> None:
    seen: list[tuple[int, int | None, int | None]] = []

    def progress(rows: int, done: int | None, total: int | None) -> None:
        seen.append((rows, done, total))
        in_another_connection(lambda: add_partner(f"Beside {rows}", "UTC"))

    file = many_users(2 * BATCH + 1)
    report = import_file(alice, "users", file, complete=False, dry_run=False, now=NOW, progress=progress)
    assert report.created == 2 * BATCH + 1
    assert [rows for rows, _, _ in seen] == [BATCH, 2 * BATCH, 2 * BATCH + 1]
    assert all(done is not None and total is not None and 0 < done <= total for _, done, total in seen)
    assert Partner.objects.filter(name__startswith="Beside").count() == 3


def test_a_refusal_after_many_staged_rows_leaves_nothing_and_the_next_import_works(alice: Partner) -> None:
    bad = BytesIO(many_users(BATCH + 1).getvalue() + b"alder,u-last,gone\n")
    with pytest.raises(ImportRefused, match=f"row {BATCH + 3}, status"):
        import_file(alice, "users", bad, complete=False, dry_run=False, now=NOW)
    assert CompanyUser.objects.count() == 0
    assert import_file(alice, "users", many_users(3), complete=False, dry_run=False, now=NOW).created == 3


def test_a_program_that_dies_in_the_middle_leaves_nothing(alice: Partner) -> None:
    def interrupt(rows: int, _done: int | None, _total: int | None) -> None:
        if rows > BATCH:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(
            alice, "users", many_users(2 * BATCH), complete=False, dry_run=False, now=NOW, progress=interrupt
        )
    assert CompanyUser.objects.count() == 0


def test_two_imports_for_one_partner_at_once_both_hold(alice: Partner) -> None:
    def other() -> None:
        later = NOW + timedelta(minutes=1)
        text = b"company,user,status\nbright,b1,active\nbright,b2,active\n"
        import_file(alice, "users", BytesIO(text), complete=False, dry_run=False, now=later)

    def progress(_rows: int, _done: int | None, _total: int | None) -> None:
        if not CompanyUser.objects.filter(company__ref="bright").exists():
            in_another_connection(other)

    import_file(alice, "users", many_users(5), complete=False, dry_run=False, now=NOW, progress=progress)
    assert CompanyUser.objects.filter(company__ref="alder", status="active").count() == 5
    assert CompanyUser.objects.filter(company__ref="bright", status="active").count() == 2
