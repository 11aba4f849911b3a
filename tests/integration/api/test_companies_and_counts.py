"""What programs push, and what of it stands."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from seatbridge.partners.models import Partner
from seatbridge.usage.counts import read_counts
from seatbridge.usage.models import Company, CompanyUser, CountReading, Feed
from tests.support.mapping_world import MappingWorld
from tests.support.programs import Programs

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def counts(*rows: tuple[str, str, int], **more: Any) -> dict[str, Any]:
    return {
        "counts": [{"company": ref, "product": product, "count": count} for ref, product, count in rows],
        **more,
    }


def counted(partner: Partner, ref: str) -> int | None:
    return read_counts(partner, ("standard",), datetime.now(UTC)).counts[ref, "standard"].value


def test_a_push_of_counts_is_read_back(call: Programs, world: MappingWorld) -> None:
    as_of = (NOW - timedelta(hours=1)).isoformat()
    taken = call.bill.ok("POST", "/counts", counts(("northwind", "standard", 14), as_of=as_of))
    assert (taken["created"], taken["rows"], taken["kind"]) == (1, 1, "counts")
    assert taken["as_of"].endswith("Z")
    found = {each["ref"]: each for each in call.bob.get("/companies")["items"]}
    assert found["northwind"]["counts"][0]["count"] == 14
    assert found["northwind"]["counts"][0]["as_of"].endswith("Z")
    assert found["contoso"]["counts"][0]["count"] is None
    feed = Feed.objects.get()
    assert (feed.way, feed.complete) == ("push", False)


def test_one_wrong_row_refuses_all(call: Programs, world: MappingWorld) -> None:
    problem = call.alice.refused(
        422, "POST", "/counts", counts(("northwind", "standard", 14), ("nobody", "standard", 1))
    )
    assert problem["field"] == "counts.1.company"
    assert "there is no company 'nobody'" in problem["errors"][0]["message"]
    assert not CountReading.objects.exists()
    twice = counts(("northwind", "standard", 14), ("northwind", "standard", 15))
    assert call.alice.refused(422, "POST", "/counts", twice)["field"] == "counts.1"
    for count in (-1, 1_000_001, 1.5, "14", True, None):
        wrong = counts(("northwind", "standard", count))  # type: ignore[arg-type]
        assert call.alice.refused(422, "POST", "/counts", wrong)["field"] == "counts.0.count"
    assert not Feed.objects.exists()


def test_who_is_absent_from_a_complete_push_has_left_and_is_not_zero(
    call: Programs, world: MappingWorld, northgate: Partner
) -> None:
    call.alice.ok("POST", "/counts", counts(("northwind", "standard", 14), ("contoso", "standard", 3)))
    taken = call.alice.ok("POST", "/counts", counts(("northwind", "standard", 15), complete=True))
    assert taken["left"] == 2
    assert Company.objects.get(ref="contoso").state == "left"
    assert counted(northgate, "contoso") == 3
    assert counted(northgate, "northwind") == 15
    empty = {"counts": [], "complete": True}
    assert call.alice.refused(422, "POST", "/counts", empty)["field"] == "counts"


def test_a_push_that_is_not_complete_lets_nobody_leave(call: Programs, world: MappingWorld) -> None:
    assert call.alice.ok("POST", "/counts", counts(("northwind", "standard", 15)))["left"] == 0
    assert not Company.objects.filter(state="left").exists()


def test_a_moment_in_the_future_is_refused_but_for_clocks_that_differ(
    call: Programs, world: MappingWorld
) -> None:
    row = ("northwind", "standard", 14)
    far = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert call.alice.refused(422, "POST", "/counts", counts(row, as_of=far))["field"] == "as_of"
    near = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    call.alice.ok("POST", "/counts", counts(row, as_of=near))
    for wrong in ("2026-11-01T00:00:00", "soon", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        assert call.alice.refused(422, "POST", "/counts", counts(row, as_of=wrong))["field"] == "as_of"


def test_a_company_is_put_and_changed(call: Programs, northgate: Partner) -> None:
    made = call.alice.ask(
        "PUT", "/companies/fabrikam%2Feast", {"name": "Fabrikam", "domains": ["fabrikam.test"]}
    )
    assert made.status_code == 201
    changed = call.alice.ok(
        "PUT", "/companies/fabrikam%2Feast", {"name": "Fabrikam East", "licenses_assigned": 9}
    )
    assert (changed["ref"], changed["name"]) == ("fabrikam/east", "Fabrikam East")
    assert (changed["licenses_assigned"], changed["domains"]) == (9, ["fabrikam.test"])
    assert Company.objects.count() == 1
    wrong = {"name": "=cmd()", "licenses_assigned": -1}
    call.alice.refused(422, "PUT", "/companies/x", wrong)
    assert call.alice.refused(422, "PUT", "/companies/x", {"name": "=cmd()"})["field"] == "name"
    assert call.alice.refused(422, "PUT", f"/companies/{'x' * 101}", {"name": "X"})["field"] == "ref"
    assert not Company.objects.filter(ref="x").exists()


def test_a_company_of_another_partner_with_the_same_ref_is_another(
    call: Programs, world: MappingWorld
) -> None:
    call.carol.ok("PUT", "/companies/northwind", {"name": "Northwind of Contoso"})
    assert Company.objects.get(partner=world.partner, ref="northwind").name == "Northwind"
    assert [each["ref"] for each in call.carol.get("/companies")["items"]] == ["northwind"]


def test_one_user_keeps_a_roster_current_and_is_no_roster(
    call: Programs, world: MappingWorld, northgate: Partner
) -> None:
    """The first user of many must not read as "this company has one user"."""
    here = "/companies/northwind/users"
    alone = call.alice.ask("PUT", f"{here}/erin@northwind.test", {"status": "active", "product": "standard"})
    assert alone.status_code == 201
    assert b'"counted": false' in alone.content
    assert counted(northgate, "northwind") is None

    roster = ["company,user,status,product", "northwind,erin@northwind.test,active,standard"]
    roster += ["northwind,fay,active,standard"]
    call.alice.ok("POST", "/imports/users", "\n".join(roster), media_type="text/csv")
    assert counted(northgate, "northwind") == 2
    gone = call.alice.ok("PUT", f"{here}/fay", {"status": "deleted"})
    assert (gone["status"], gone["product"], gone["counted"]) == ("deleted", "standard", True)
    assert counted(northgate, "northwind") == 1
    assert CompanyUser.objects.count() == 2
    assert Feed.objects.count() == 1


def test_a_wrong_user_is_refused_by_field(call: Programs, world: MappingWorld) -> None:
    here = "/companies/northwind/users/erin"
    for body, field in (
        ({}, "status"),
        ({"status": "pending"}, "status"),
        ({"status": "active", "email": "no address"}, "email"),
        ({"status": "active", "since": "1850-01-01"}, "since"),
        ({"status": "active", "nfr": "no"}, "nfr"),
    ):
        assert call.alice.refused(422, "PUT", here, body)["field"] == field
    call.alice.refused(404, "PUT", "/companies/nobody/users/erin", {"status": "active"})
    assert not CompanyUser.objects.exists()


def test_a_file_is_tried_and_then_imported(call: Programs, northgate: Partner) -> None:
    text = "ref;name\nfabrikam;Fabrikam\n"
    tried = call.bill.ok("POST", "/imports/companies?dry_run=true", text, media_type="text/csv")
    assert (tried["created"], tried["dry_run"]) == (1, True)
    assert not Company.objects.exists()
    done = call.bill.ok(
        "POST", "/imports/companies?complete=true", text, media_type="text/csv; charset=utf-8"
    )
    assert (done["created"], done["dry_run"]) == (1, False)
    assert Feed.objects.get().way == "file"


def test_a_bad_file_says_row_and_field(call: Programs, world: MappingWorld) -> None:
    text = "company,product,count\nnorthwind,standard,14\nnorthwind,advanced,many\n"
    problem = call.alice.refused(422, "POST", "/imports/counts", text, media_type="text/csv")
    assert problem["field"] == "row 3.count"
    assert "'many' is not a number" in problem["detail"]
    for text in ("", "\0\0", "nothing here\n1\n", b"PK\x03\x04"):
        call.alice.refused(422, "POST", "/imports/counts", text, media_type="text/csv")
    call.alice.refused(422, "POST", "/imports/invoices", "a,b\n1,2\n", media_type="text/csv")


def test_lists_come_page_by_page(call: Programs, northgate: Partner) -> None:
    Company.objects.bulk_create(
        Company(partner=northgate, ref=f"c{number:03}", name=f"C {number}", first_seen_on=NOW.date())
        for number in range(25)
    )
    page = call.bob.get("/companies?limit=10")
    refs = [each["ref"] for each in page["items"]]
    Company.objects.filter(ref="c000").delete()  # what goes meanwhile shifts nothing
    while page["next_cursor"]:
        page = call.bob.get(f"/companies?limit=10&cursor={page['next_cursor']}")
        refs += [each["ref"] for each in page["items"]]
    assert refs == [f"c{number:03}" for number in range(25)]
    assert call.bob.get("/companies?limit=25")["next_cursor"] is None


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0:1vN:x", "%00", "é"])
def test_a_made_up_cursor_is_refused(call: Programs, cursor: str) -> None:
    assert call.bob.refused(422, "GET", f"/companies?cursor={cursor}")["field"] == "cursor"


def test_a_cursor_of_another_list_or_partner_is_refused(call: Programs, world: MappingWorld) -> None:
    cursor = call.bob.get("/companies?limit=1")["next_cursor"]
    assert cursor
    assert call.bob.refused(422, "GET", f"/runs?cursor={cursor}")["field"] == "cursor"
    assert call.carol.refused(422, "GET", f"/companies?cursor={cursor}")["field"] == "cursor"
    for limit in (0, 501, "x"):
        assert call.bob.refused(422, "GET", f"/companies?limit={limit}")["field"] == "limit"


def test_me_says_who_it_is(call: Programs) -> None:
    me = call.bill.get("/me")
    assert (me["partner"]["name"], me["role"], me["rights"]) == (
        "Northgate IT",
        "billing",
        ["view", "approve", "map"],
    )
    assert me["token"]["prefix"] in call.bill.token
    products = call.bob.get("/products")["items"]
    assert products[1] == {"code": "standard", "name": "Password Boss Standard"}
