from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from seatbridge.partners.adding import add_partner
from seatbridge.partners.models import Partner
from seatbridge.usage.imports import ImportRefused, ImportReport
from seatbridge.usage.models import Company, CompanyUser, CountReading, Feed

Put = Callable[..., ImportReport]
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
USERS = """company,user,email,name,status,product,since,nfr
alder,u1,ann@alderfinch.test,Ann,active,,2026-01-05,no
alder,u2,ben@alderfinch.test,Ben,invited,,2026-11-20,no
bright,u1,cy@brightwater.test,Cy,pending approval,,,
"""
COUNTS = """company,product,count,as_of
alder,standard,14,2026-10-31
bright,advanced,46,2026-10-31
"""


def rows_of_everything() -> list[object]:
    return [
        list(Company.objects.order_by("pk").values()),
        list(CompanyUser.objects.order_by("pk").values()),
        list(CountReading.objects.order_by("pk").values()),
        list(Feed.objects.order_by("pk").values()),
    ]


def test_companies_come_in_with_all_that_the_file_says(companies: ImportReport) -> None:
    assert (companies.rows, companies.created, companies.companies) == (4, 4, 4)
    alder = Company.objects.get(ref="alder")
    assert (alder.name, alder.type, alder.level) == ("Alder & Finch Accounting", "customer", "standard")
    assert (alder.licenses_assigned, alder.domains) == (15, "alderfinch.test")
    assert alder.first_seen_on.isoformat() == "2026-11-23"
    assert Company.objects.get(ref="kestrel").licenses_assigned is None
    assert Company.objects.get(ref="northgate").type == "msp"


@pytest.mark.parametrize(("kind", "text"), [("users", USERS), ("counts", COUNTS)])
def test_the_same_file_twice_changes_nothing(put: Put, companies: ImportReport, kind: str, text: str) -> None:
    first = put(kind, text)
    before = rows_of_everything()[1]
    values = list(CountReading.objects.values("company", "product", "as_of", "value", "newest"))
    second = put(kind, text, now=NOW + timedelta(hours=1))
    assert first.created == first.rows
    assert (second.created, second.changed, second.left, second.unchanged) == (0, 0, 0, second.rows)
    assert rows_of_everything()[1] == before
    assert list(CountReading.objects.values("company", "product", "as_of", "value", "newest")) == values


def test_the_same_companies_twice_change_nothing(put: Put, companies: ImportReport) -> None:
    text = "ref,name,licenses\nalder,Alder & Finch Accounting,15\n"
    again = put("companies", text, now=NOW + timedelta(days=1))
    assert (again.created, again.changed, again.unchanged) == (0, 0, 1)


@pytest.mark.parametrize(("kind", "text"), [("users", USERS), ("counts", COUNTS)])
def test_a_dry_run_tells_what_would_change_and_changes_nothing(
    put: Put, companies: ImportReport, kind: str, text: str
) -> None:
    before = rows_of_everything()
    told = put(kind, text, dry_run=True)
    assert told.dry_run
    assert rows_of_everything() == before
    done = put(kind, text)
    assert (told.created, told.changed, told.left) == (done.created, done.changed, done.left)


def test_one_bad_row_among_good_ones_leaves_everything_as_it_was(put: Put, companies: ImportReport) -> None:
    put("users", USERS)
    before = rows_of_everything()
    with pytest.raises(ImportRefused) as refused:
        put("users", USERS.replace("Ben,invited", "Ben,gone fishing") + "nobody,u9,,,active,,,\n")
    assert rows_of_everything() == before
    assert [(error.row, error.field) for error in refused.value.errors] == [(3, "status"), (5, "company")]
    assert "invited, pending-approval" in refused.value.errors[0].message
    assert "Import the companies first" in refused.value.errors[1].message


def test_who_is_missing_from_a_named_roster_has_left_and_other_companies_stay(
    put: Put, companies: ImportReport
) -> None:
    put("users", USERS)
    report = put("users", "company,user,status\nalder,u1,active\n")
    assert (report.left, report.unchanged) == (1, 1)
    statuses = dict(CompanyUser.objects.values_list("email", "status"))
    assert statuses["ben@alderfinch.test"] == "deleted"
    assert statuses["cy@brightwater.test"] == "pending-approval"


def test_a_user_who_comes_back_is_active_again(put: Put, companies: ImportReport) -> None:
    put("users", USERS)
    put("users", "company,user,status\nalder,u1,active\n")
    report = put("users", USERS)
    assert (report.created, report.changed) == (0, 1)
    assert CompanyUser.objects.get(email="ben@alderfinch.test").status == "invited"


def test_a_column_that_the_file_lacks_leaves_what_is_known(put: Put, companies: ImportReport) -> None:
    put("users", USERS)
    put("companies", "ref,name\nalder,Alder & Finch\n")
    put("users", "company,user,status\nalder,u1,disabled\nalder,u2,active\n")
    alder = Company.objects.get(ref="alder")
    assert (alder.name, alder.level, alder.licenses_assigned) == ("Alder & Finch", "standard", 15)
    ann = CompanyUser.objects.get(company=alder, ref="u1")
    assert (ann.status, ann.email) == ("disabled", "ann@alderfinch.test")


def test_an_empty_cell_in_a_column_that_is_there_clears_it(put: Put, companies: ImportReport) -> None:
    report = put("companies", "ref,name,licenses_assigned\nalder,Alder & Finch Accounting,\n")
    assert report.changed == 1
    assert Company.objects.get(ref="alder").licenses_assigned is None


def test_a_complete_list_of_companies_shows_who_left(put: Put, companies: ImportReport) -> None:
    text = (
        "ref,name\nalder,Alder & Finch Accounting\nbright,Brightwater Dental Group\nnorthgate,Northgate IT\n"
    )
    report = put("companies", text, complete=True)
    assert report.left == 1
    assert "Kestrel Bakery" in report.warnings[0]
    assert Company.objects.get(ref="kestrel").state == "left"
    assert put("companies", text, complete=True).left == 0


def test_a_company_that_is_named_again_is_back(put: Put, companies: ImportReport) -> None:
    put("companies", "ref,name\nalder,Alder & Finch Accounting\n", complete=True)
    report = put("users", USERS, now=NOW + timedelta(days=1))
    assert any("named again: Brightwater Dental Group" in said for said in report.warnings)
    assert dict(Company.objects.values_list("ref", "state")) == {
        "alder": "active",
        "bright": "active",
        "kestrel": "left",
        "northgate": "left",
    }


def test_an_incomplete_list_of_companies_makes_nobody_leave(put: Put, companies: ImportReport) -> None:
    report = put("companies", "ref,name\nalder,Alder & Finch Accounting\n")
    assert (report.left, Company.objects.filter(state="left").count()) == (0, 0)


def test_a_complete_list_of_counts_shows_who_left(put: Put, companies: ImportReport) -> None:
    report = put("counts", COUNTS, complete=True)
    assert report.left == 2
    assert set(Company.objects.filter(state="left").values_list("ref", flat=True)) == {"kestrel", "northgate"}


def test_a_complete_list_of_the_past_makes_nobody_leave_of_whom_newer_data_is_known(
    put: Put, companies: ImportReport
) -> None:
    put("users", USERS)
    report = put("counts", "company,product,count,as_of\nalder,standard,14,2026-10-31\n", complete=True)
    assert Company.objects.get(ref="bright").state == "active"
    assert report.left == 2


def test_an_older_count_is_history_and_not_the_newest(put: Put, companies: ImportReport) -> None:
    put("counts", COUNTS)
    put("counts", "company,product,count,as_of\nalder,standard,11,2026-09-30\n")
    newest = CountReading.objects.get(company__ref="alder", newest=True)
    assert newest.value == 14
    assert CountReading.objects.filter(company__ref="alder").count() == 2


def test_a_corrected_count_of_the_same_day_takes_its_place(put: Put, companies: ImportReport) -> None:
    put("counts", COUNTS)
    report = put("counts", COUNTS.replace("46", "49"))
    assert (report.created, report.changed, report.unchanged) == (0, 1, 1)
    assert CountReading.objects.get(company__ref="bright").value == 49


def test_a_count_without_a_day_is_of_now_and_the_same_number_later_is_no_change(
    put: Put, companies: ImportReport
) -> None:
    text = "company,product,count,as_of\nalder,standard,14,\n"
    put("counts", text)
    report = put("counts", text, now=NOW + timedelta(days=7))
    assert (report.created, report.changed, report.unchanged) == (0, 0, 1)
    assert CountReading.objects.get(newest=True).as_of == NOW + timedelta(days=7)


def test_a_day_is_a_day_of_the_partner_s_time_zone(put: Put, companies: ImportReport) -> None:
    put("counts", COUNTS)
    assert CountReading.objects.first().as_of == datetime(2026, 10, 31, 4, 0, tzinfo=UTC)  # 00:00 in New York


def test_the_same_row_twice_is_refused_and_both_rows_are_named(put: Put, companies: ImportReport) -> None:
    with pytest.raises(ImportRefused, match="row 5: the same user of the same company as in row 2"):
        put("users", USERS + "alder,u1,other@alderfinch.test,Ann,active,,,\n")


def test_fifty_errors_are_listed_and_the_rest_is_counted(put: Put, companies: ImportReport) -> None:
    text = "company,product,count\n" + "".join(f"alder,standard,-{row}\n" for row in range(1, 71))
    with pytest.raises(ImportRefused) as refused:
        put("counts", text)
    assert (len(refused.value.errors), refused.value.more) == (50, 20)
    repeated = "company,product,count\n" + "alder,standard,3\n" * 71
    with pytest.raises(ImportRefused) as refused:
        put("counts", repeated)
    assert (len(refused.value.errors), refused.value.more) == (50, 20)


def test_carol_s_file_never_touches_alice_s_companies(put: Put, companies: ImportReport) -> None:
    contoso = add_partner("Contoso", "UTC")
    put("companies", "ref,name\nalder,Alder of Contoso\n", complete=True, partner=contoso)
    assert Company.objects.filter(state="left").count() == 0
    assert {c.name for c in Company.objects.filter(ref="alder")} == {
        "Alder & Finch Accounting",
        "Alder of Contoso",
    }
    with pytest.raises(ImportRefused, match="there is no company 'bright'"):
        put("users", USERS, partner=contoso)


def test_unknown_columns_and_the_code_page_are_said(put: Put, northwind: Partner) -> None:
    report = put("companies", "ref;Name;Favorite color\nx;Café;blue\n".encode("cp1252"))
    assert "Windows-1252" in report.warnings[0]
    assert "'Favorite color'" in report.warnings[1]
    assert Company.objects.get(ref="x").name == "Café"


def test_users_without_any_product_are_said(put: Put, northwind: Partner) -> None:
    put("companies", "ref,name\nx,Without level\n")
    report = put("users", "company,user,status\nx,u1,active\n")
    assert "1 users name no product" in report.warnings[0]
