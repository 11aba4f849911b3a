from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from seatbridge.partners.adding import add_partner
from seatbridge.partners.models import Partner
from seatbridge.reconcile.facts import CompanyState, FeedSizes
from seatbridge.usage.counts import CountsRead, read_counts
from seatbridge.usage.imports import ImportReport
from seatbridge.usage.products import PRODUCTS

Put = Callable[..., ImportReport]
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def read(northwind: Partner) -> Callable[..., CountsRead]:
    def read_at(now: datetime = NOW) -> CountsRead:
        return read_counts(northwind, PRODUCTS, now)

    return read_at


Read = Callable[..., CountsRead]


def roster(company: str, **numbers: int) -> str:
    return "".join(
        f"{company},{status}{number},{status.replace('_', ' ')}\n"
        for status, users in numbers.items()
        for number in range(users)
    )


def users(*rosters: str) -> str:
    return "company,user,status\n" + "".join(rosters)


def test_a_roster_becomes_a_count_per_product(put: Put, companies: ImportReport, read: Read) -> None:
    put("users", users(roster("alder", active=14, invited=2, disabled=1)))
    count = read().counts["alder", "standard"]
    assert (count.value, count.as_of, count.stale, count.warning) == (16, NOW, "", "")
    assert count.detail == "14 active, 2 invited; 1 disabled not counted"
    assert read().counts["alder", "advanced"].value == 0


def test_a_company_of_which_nothing_is_known_has_no_count(companies: ImportReport, read: Read) -> None:
    count = read().counts["alder", "standard"]
    assert (count.value, count.as_of, count.stale) == (None, None, "")


def test_a_bare_count_says_nothing_of_the_other_product(
    put: Put, companies: ImportReport, read: Read
) -> None:
    put("counts", "company,product,count,as_of\nalder,standard,14,2026-11-20\n")
    counts = read().counts
    assert (counts["alder", "standard"].value, counts["alder", "standard"].detail) == (14, "14 counted")
    assert counts["alder", "advanced"].value is None


def test_a_complete_user_list_without_a_company_is_a_real_zero(
    put: Put, companies: ImportReport, read: Read
) -> None:
    put("users", users(roster("alder", active=5), roster("bright", active=3)), now=NOW - DAY)
    report = put("users", users(roster("alder", active=5)), complete=True)
    assert report.left == 3
    assert any("Brightwater Dental Group" in said for said in report.warnings)
    assert read().counts["bright", "advanced"].value == 0
    assert read().companies["bright"].state is CompanyState.ACTIVE


def test_the_msp_itself_and_trials_are_not_billable(companies: ImportReport, read: Read) -> None:
    reasons = {ref: company.not_billable for ref, company in read().companies.items()}
    assert reasons == {"alder": "", "bright": "", "kestrel": "a trial", "northgate": "the MSP's own company"}


def test_states_come_from_the_companies_list(put: Put, companies: ImportReport, read: Read) -> None:
    put(
        "companies",
        "ref,name,state,licenses\nalder,A,inactive,15\nbright,B,active,0\nkestrel,K,,\n",
        complete=True,
    )
    states = {ref: company.state for ref, company in read().companies.items()}
    assert states == {
        "alder": CompanyState.INACTIVE,
        "bright": CompanyState.LEFT,
        "kestrel": CompanyState.ACTIVE,
        "northgate": CompanyState.LEFT,
    }


def test_a_company_is_known_since_its_first_user(put: Put, companies: ImportReport, read: Read) -> None:
    put("users", "company,user,status,since\nalder,u1,active,2025-06-01\nalder,u2,active,\n")
    known = read().companies
    assert known["alder"].known_since == date(2025, 6, 1)
    assert known["bright"].known_since == date(2026, 11, 23)
    assert (known["alder"].licenses, known["kestrel"].licenses) == (15, None)


def test_an_old_file_is_stale(put: Put, companies: ImportReport, read: Read) -> None:
    put("users", users(roster("alder", active=5)))
    assert read(NOW + 35 * DAY).counts["alder", "standard"].stale == ""
    late = read(NOW + 36 * DAY).counts["alder", "standard"]
    assert late.stale.startswith("The last file is older than 35 days")


def test_a_company_missing_from_a_newer_list_is_stale_unless_that_is_complete(
    put: Put, companies: ImportReport, read: Read
) -> None:
    put("users", users(roster("alder", active=5), roster("bright", active=3)), now=NOW - 20 * DAY)
    put("users", users(roster("alder", active=6)))
    counts = read().counts
    assert counts["alder", "standard"].stale == ""
    assert counts["bright", "advanced"].stale.startswith("Not in the last file of 23 Nov 2026")
    assert counts["bright", "advanced"].value == 3


def test_the_same_list_again_makes_its_counts_fresh(put: Put, companies: ImportReport, read: Read) -> None:
    text = users(roster("alder", active=5))
    put("users", text, now=NOW - 40 * DAY)
    put("users", text)
    assert read().counts["alder", "standard"].stale == ""


def test_a_move_to_the_other_product_never_leaves_both_to_be_billed(
    put: Put, companies: ImportReport, read: Read
) -> None:
    put("users", users(roster("alder", active=38)), now=NOW - 20 * DAY)
    put("counts", "company,product,count\nalder,advanced,38\n", complete=True)
    counts = read().counts
    assert (counts["alder", "advanced"].value, counts["alder", "advanced"].stale) == (38, "")
    assert "names no Standard" in counts["alder", "standard"].stale


def test_where_roster_and_count_differ_both_numbers_are_said(
    put: Put, companies: ImportReport, read: Read
) -> None:
    put("users", users(roster("alder", active=14)), now=NOW - DAY)
    put("counts", "company,product,count\nalder,standard,17\n")
    count = read().counts["alder", "standard"]
    assert count.value == 17
    assert count.warning == (
        "The count of 23 Nov 2026 has 17, the user list of 22 Nov 2026 has 14; the first one counts."
    )


def test_users_whose_product_nobody_knows_make_the_count_unknown(
    put: Put, northwind: Partner, read: Read
) -> None:
    put("companies", "ref,name\nx,X\n")
    put("users", users(roster("x", active=2)))
    count = read().counts["x", "standard"]
    assert count.value is None
    assert count.stale == "2 users name no product, and neither does their company's level."


def test_sizes_compare_the_newest_list_with_the_one_before(
    put: Put, companies: ImportReport, read: Read
) -> None:
    assert read().feed == FeedSizes(0, 0)
    both = users(roster("alder", active=1), roster("bright", active=1))
    put("users", both, now=NOW - 2 * DAY)
    assert read().feed == FeedSizes(2, 0)
    cut_off = users(roster("alder", active=1))
    put("users", cut_off, now=NOW - DAY)
    put("users", cut_off)  # the same list again does not hide that it is shorter than the last one
    assert read().feed == FeedSizes(1, 2)


def test_sizes_find_the_list_before_however_often_the_same_file_came_since(
    put: Put, companies: ImportReport, read: Read
) -> None:
    put("users", users(roster("alder", active=1), roster("bright", active=1)), now=NOW - 2 * DAY)
    for hours in range(12, 0, -1):
        put("users", users(roster("alder", active=1)), now=NOW - hours * DAY / 24)
    assert read().feed == FeedSizes(1, 2)


def test_sizes_compare_lists_of_one_kind(put: Put, companies: ImportReport, read: Read) -> None:
    put("users", users(roster("alder", active=1), roster("bright", active=1)), now=NOW - 2 * DAY)
    put("counts", "ref,product,count\nalder,standard,3\n")
    assert read().feed == FeedSizes(1, 0)


def test_the_number_of_queries_does_not_grow_with_the_companies(
    put: Put, companies: ImportReport, read: Read
) -> None:
    put("users", users(roster("alder", active=1)))
    with CaptureQueriesContext(
        connection,
    ) as few:
        read()
    put("companies", "ref,name,level\n" + "".join(f"c{n},Company {n},Standard\n" for n in range(300)))
    put("users", users(*(roster(f"c{n}", active=2) for n in range(300))))
    with CaptureQueriesContext(connection) as many:
        assert len(read().counts) == 304 * 2
    assert len(few) == len(many) <= 4


def test_carol_s_companies_are_not_among_alice_s(put: Put, companies: ImportReport, read: Read) -> None:
    contoso = add_partner("Contoso", "UTC")
    put("companies", "ref,name,level\nalder,Other Alder,Standard\nonly,Only,Standard\n", partner=contoso)
    put("users", users(roster("alder", active=99)), partner=contoso)
    assert "only" not in read().companies
    assert read().counts["alder", "standard"].value is None
