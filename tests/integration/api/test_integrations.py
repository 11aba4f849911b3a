"""Integrations as programs set them up."""

import json

import pytest

from bms_simulator.server import SimulatorServer
from seatbridge.catalog.models import Refresh, SeenService
from seatbridge.integrations.models import ContractTerms, Integration, PostingDone
from seatbridge.ledger.models import LedgerEntry
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.mappings.refreshing_behind import reading_of
from seatbridge.sync.models import SyncRun
from tests.integration.api.samples import CALENDAR
from tests.integration.web.samples import owed_line
from tests.support.mapping_world import (
    ADVANCED,
    CONTOSO_MONTHLY,
    NORTHWIND,
    NORTHWIND_HOURS,
    NORTHWIND_MONTHLY,
    NORTHWIND_NEXT,
    NORTHWIND_OLD,
    PASSWORD,
    RETIRED,
    STANDARD,
    MappingWorld,
)
from tests.support.programs import Programs
from tests.support.worlds import COMPANY_NAME, HOST, USERNAME
from tests.support.worlds import PASSWORD as RIGHT

pytestmark = pytest.mark.django_db
TYPED = {"hostname": HOST, "username": USERNAME, "password": RIGHT, "company_name": COMPANY_NAME}


def events() -> list[str]:
    return list(LedgerEntry.objects.order_by("seq").values_list("event", flat=True))


@pytest.mark.django_db(transaction=True)
def test_connected_authenticated_and_its_lists_read(call: Programs, bms: SimulatorServer) -> None:
    made = call.alice.ok("POST", "/integrations", {**TYPED, "hostname": f"https://{HOST}/x", "enabled": True})
    assert (made["hostname"], made["enabled"], made["bms"]) == (HOST, True, None)
    assert "Only the host was taken" in made["notes"][0]
    here = f"/integrations/{made['id']}"
    answer = call.alice.ok("POST", f"{here}/authenticate")
    assert (answer["ok"], answer["status"]) == (True, "ok")
    assert answer["bms"]["business_name"] == COMPANY_NAME
    reading = reading_of(Integration.objects.get())
    assert reading is not None
    assert reading.done.wait(30)
    assert call.bob.get(f"{here}/catalog")["refreshed_at"] is not None
    names = [each["name"] for each in call.bob.get(f"{here}/services?search=boss")["items"]]
    assert names == ["Password Boss Standard", "Password Boss Advanced"]
    assert call.bob.get(here)["bms"]["user"] == answer["bms"]["user"]


@pytest.mark.django_db(transaction=True)
def test_a_wrong_password_costs_one_sign_in_however_it_is_asked(call: Programs, bms: SimulatorServer) -> None:
    made = call.alice.ok("POST", "/integrations", {**TYPED, "password": "wrong"})
    ask = ("POST", f"/integrations/{made['id']}/authenticate")
    for _ in range(3):
        answer = call.alice.ok(*ask, Idempotency_Key="once")
    assert (answer["ok"], answer["status"], answer["bms"]) == (False, "error:credentials", None)
    assert bms.simulator.state.sign_ins.refused == 1
    assert answer["cause"]
    assert answer["fix"]
    for _ in range(4):
        call.alice.ok(*ask)
    assert bms.simulator.state.sign_ins.refused == 3
    assert call.alice.ok(*ask)["status"] == "error:rate-limited"


def test_secrets_are_never_shown(call: Programs, here: str) -> None:
    for path in ("/integrations", here, "/ledger"):
        assert PASSWORD not in json.dumps(call.alice.get(path))
    assert call.alice.get(here)["has_totp_secret"] is False


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"hostname": "127.0.0.1"}, "hostname"),
        ({"hostname": "elsewhere.example"}, "hostname"),
        ({"hostname": "http://user:pass@bms.kaseya.com@x/"}, "hostname"),
        ({"username": "  "}, "username"),
        ({"password": ""}, "password"),
        ({"company_name": "\u0001"}, "company_name"),
        ({"psa": "autotask"}, "psa"),
    ],
)
def test_a_wrong_connection_is_refused_by_field(call: Programs, wrong: dict[str, str], field: str) -> None:
    problem = call.alice.refused(
        422, "POST", "/integrations", {**TYPED, "hostname": "bms.kaseya.com", **wrong}
    )
    assert problem["field"] == field
    assert not Integration.objects.exists()


def test_a_second_integration_of_one_bms_company_is_a_conflict(call: Programs, world: MappingWorld) -> None:
    again = {**TYPED, "hostname": "bms.kaseya.com", "company_name": world.integration.company_name.upper()}
    assert call.alice.refused(409, "POST", "/integrations", again)["code"] == "conflict"


def test_a_part_is_changed_and_the_rest_stays(call: Programs, here: str, world: MappingWorld) -> None:
    sealed = world.integration.sealed_password
    changed = call.alice.ok("PATCH", here, {"username": "other"})
    assert (changed["username"], changed["company_name"], changed["state"]) == (
        "other",
        "Northgate IT BMS",
        "needs attention",
    )
    assert Integration.objects.get().sealed_password == sealed
    call.alice.ok("PATCH", here, {"password": "another", "password_set_on": "2026-01-02"})
    assert Integration.objects.get().sealed_password != sealed
    assert call.alice.ok("PATCH", here, {"enabled": True})["password_set_on"] == "2026-01-02"
    assert call.alice.ok("PATCH", here, {})["enabled"] is True
    assert call.alice.refused(422, "PATCH", here, {"hostname": "bmsemea.kaseya.com"})["field"] == "password"
    SyncRun.objects.create(
        integration=world.integration, actor="A", created_at=Refresh.objects.get().at, state="succeeded"
    )
    assert call.alice.refused(422, "PATCH", here, {"company_name": "Other"})["field"] == "company_name"


def test_only_who_may_set_may_set(call: Programs, here: str) -> None:
    call.bill.refused(403, "PATCH", here, {"enabled": True})
    call.bill.refused(403, "POST", f"{here}/authenticate")
    call.bill.refused(403, "DELETE", here)


def test_an_integration_is_removed_when_nothing_is_left_to_do(
    call: Programs, here: str, world: MappingWorld
) -> None:
    call.alice.ok("PATCH", here, {"enabled": True})
    assert "is on" in call.alice.refused(409, "DELETE", here)["detail"]
    call.alice.ok("PATCH", here, {"enabled": False})
    owed = owed_line(world)
    assert "not finished in BMS" in call.alice.refused(409, "DELETE", here)["detail"]
    owed.delete()
    run = SyncRun.objects.get()
    SyncRun.objects.update(state="applying")
    assert "under way" in call.alice.refused(409, "DELETE", here)["detail"]
    run.delete()
    call.alice.ok("DELETE", here)
    call.alice.refused(404, "GET", here)
    assert not Integration.objects.exists()
    assert events()[-1] == "integration.removed"


def test_a_schedule_is_set_and_says_when_next(call: Programs, here: str) -> None:
    assert call.bob.get(f"{here}/schedule") == {
        "cadence": "daily",
        "at": "06:00",
        "weekday": None,
        "timezone": "America/New_York",
        "next_run_at": None,
    }
    call.alice.ok("PATCH", here, {"enabled": True})
    weekly = {"cadence": "weekly", "at": "18:30", "weekday": "friday", "timezone": "Europe/Berlin"}
    set_ = call.alice.ok("PUT", f"{here}/schedule", weekly)
    assert {name: set_[name] for name in weekly} == weekly
    assert set_["next_run_at"].endswith("Z")
    assert call.bob.get(f"{here}/schedule") == set_
    for wrong, field in (
        ({"timezone": "Moon/Crater"}, "timezone"),
        ({"at": "25:00"}, "at"),
        ({"weekday": None}, "weekday"),
        ({"weekday": "freitag"}, "weekday"),
        ({"cadence": "hourly"}, "cadence"),
    ):
        assert call.alice.refused(422, "PUT", f"{here}/schedule", {**weekly, **wrong})["field"] == field


def test_the_calendar_is_set_as_a_whole(call: Programs, here: str) -> None:
    terms = [{"contract_id": NORTHWIND_MONTHLY, "issue_on": "start"}, {"contract_id": CONTOSO_MONTHLY}]
    wanted = {**CALENDAR, "default": "start", "freeze_until": "17:00", "contracts": terms}
    set_ = call.alice.ok("PUT", f"{here}/calendar", wanted)
    assert (set_["default"], set_["freeze_until"]) == ("start", "17:00")
    assert set_["contracts"] == [
        {"contract_id": NORTHWIND_MONTHLY, "issue_on": "start", "fiscal": None, "posts_on": None}
    ]
    assert "invoiced at the start of the billing cycle" in set_["sentences"][0]
    call.alice.ok("PUT", f"{here}/calendar", CALENDAR)
    assert ContractTerms.objects.count() == 1
    assert call.alice.ok("PUT", f"{here}/calendar", {**CALENDAR, "contracts": []})["contracts"] == []
    assert not ContractTerms.objects.exists()
    for wrong, field in (({"end_posts_on": 32}, "end_posts_on"), ({"fiscal": "yes"}, "fiscal")):
        assert call.alice.refused(422, "PUT", f"{here}/calendar", {**CALENDAR, **wrong})["field"] == field


def test_a_contract_that_bms_lacks_refuses_the_whole_calendar(call: Programs, bms: SimulatorServer) -> None:
    made = call.alice.ok("POST", "/integrations", TYPED)
    path = f"/integrations/{made['id']}/calendar"
    unknown = {**CALENDAR, "end_posts_on": 9, "contracts": [{"contract_id": 7001}, {"contract_id": 99}]}
    assert call.alice.refused(422, "PUT", path, unknown)["field"] == "contracts.1.contract_id"
    assert call.bob.get(path)["end_posts_on"] == 1
    unknown["contracts"] = [{"contract_id": 7001, "fiscal": False}]
    assert call.alice.ok("PUT", path, unknown)["contracts"][0]["fiscal"] is False


def test_a_bms_that_cannot_be_reached_is_not_our_defect(call: Programs, bms: SimulatorServer) -> None:
    made = call.alice.ok("POST", "/integrations", {**TYPED, "password": "wrong"})
    path = f"/integrations/{made['id']}/calendar"
    problem = call.alice.refused(424, "PUT", path, {**CALENDAR, "contracts": [{"contract_id": 99}]})
    assert problem["code"] == "error:credentials"
    assert problem["fix"]


def test_posting_is_noted_once_and_never_ahead(call: Programs, here: str) -> None:
    for _ in range(2):
        assert call.bill.ok("POST", f"{here}/posted", {"on": "2026-01-05"}) == {"on": "2026-01-05"}
    assert PostingDone.objects.count() == 1
    assert call.bill.refused(422, "POST", f"{here}/posted", {"on": "2199-01-01"})["field"] == "on"
    call.bill.ok("POST", f"{here}/posted")
    call.bob.refused(403, "POST", f"{here}/posted")


def test_services_accounts_and_contracts_come_from_the_catalog(call: Programs, here: str) -> None:
    service = call.bob.get(f"{here}/services?search=ADV")["items"]
    assert [(each["service_id"], each["unit_price"], each["unit_cost"]) for each in service] == [
        (ADVANCED, "7.50", "3.00")
    ]
    accounts = call.bob.get(f"{here}/accounts?search=north")["items"]
    assert accounts == [{"account_id": NORTHWIND, "name": "Northwind", "is_active": True}]
    found = call.bob.get(f"{here}/contracts?account_id={NORTHWIND}")["items"]
    assert {each["contract_id"]: each["may_be_mapped"] for each in found} == {
        NORTHWIND_MONTHLY: True,
        NORTHWIND_HOURS: False,
        NORTHWIND_OLD: False,
        NORTHWIND_NEXT: True,
    }
    assert found[0]["services_carried"] == [STANDARD]
    assert call.bob.get(f"{here}/contracts?account_id=999")["items"] == []
    assert len(call.bob.get(f"{here}/contracts")["items"]) == 6
    SeenService.objects.filter(service_id=ADVANCED).update(gone=True)
    assert call.bob.get(f"{here}/services?search=ADV")["items"] == []


def test_products_are_mapped_all_or_none(call: Programs, here: str) -> None:
    Refresh.objects.all().delete()  # else it is read which contracts carry them
    path = f"{here}/product-mappings"
    wanted = [{"product": "standard", "service_id": STANDARD}, {"product": "advanced", "service_id": RETIRED}]
    done = call.bill.ok("PUT", path, wanted)
    assert [each["service_id"] for each in done["items"]] == [RETIRED, STANDARD]
    assert done["notes"] == ["Password Boss Classic is inactive in BMS."]
    unknown = [{"product": "standard", "service_id": ADVANCED}, {"product": "advanced", "service_id": 999}]
    assert call.bill.refused(422, "PUT", path, unknown)["field"] == "1.service_id"
    assert ProductMapping.objects.get(product="standard").service_id == STANDARD
    assert call.bill.refused(422, "PUT", path, [wanted[0], wanted[0]])["field"] == "1.product"
    assert call.bill.refused(422, "PUT", path, [{"product": "gold", "service_id": 1}])["field"] == "0.product"
    call.bill.ok("PUT", path, [])
    assert call.bob.get(path)["items"] == done["items"]
    assert events().count("product-mapping.changed") == 2


def test_a_company_is_mapped_excluded_and_left_alone_again(call: Programs, here: str) -> None:
    path = f"{here}/company-mappings/northwind"
    assert call.bob.get(path)["contract_id"] is None
    mapped = call.bill.ok("PUT", path, {"account_id": NORTHWIND, "contract_id": NORTHWIND_NEXT})
    assert (mapped["contract_name"], mapped["exclude"]) == (f"Northwind {NORTHWIND_NEXT}", None)
    assert "Waiting for activation" in mapped["notes"][0]
    assert CompanyMapping.objects.get().first_write_approved_at is None
    excluded = call.bill.ok("PUT", path, {"exclude": {"reason": "in bundle", "review_on": "2027-03-01"}})
    assert excluded["exclude"] == {"reason": "in bundle", "review_on": "2027-03-01"}
    assert [each["company"] for each in call.bob.get(f"{here}/company-mappings?state=excluded")["items"]] == [
        "northwind"
    ]
    call.bill.ok("DELETE", path)
    call.bill.ok("DELETE", path)
    assert not CompanyMapping.objects.exists()
    call.bill.refused(404, "DELETE", f"{here}/company-mappings/nobody")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "account_id"),
        ({"account_id": NORTHWIND}, "contract_id"),
        ({"account_id": NORTHWIND, "contract_id": NORTHWIND_HOURS}, "contract_id"),
        ({"account_id": NORTHWIND, "contract_id": NORTHWIND_OLD}, "contract_id"),
        ({"account_id": NORTHWIND, "contract_id": CONTOSO_MONTHLY}, "contract_id"),
        ({"account_id": 999, "contract_id": NORTHWIND_MONTHLY}, "account_id"),
        ({"exclude": {"reason": "=1+1"}}, "reason"),
        ({"exclude": {}}, "exclude.reason"),
        ({"exclude": {"reason": "in bundle", "review_on": "2020-01-31"}}, "review_on"),
        ({"account_id": NORTHWIND, "exclude": {"reason": "internal"}}, "body"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(
    call: Programs, here: str, body: dict[str, object], field: str
) -> None:
    problem = call.alice.refused(422, "PUT", f"{here}/company-mappings/northwind", body)
    assert problem["field"] == field
    assert not CompanyMapping.objects.exists()


def test_mappings_are_searched_filtered_and_paged(call: Programs, here: str) -> None:
    call.alice.ok(
        "PUT",
        f"{here}/company-mappings/northwind",
        {"account_id": NORTHWIND, "contract_id": NORTHWIND_MONTHLY},
    )
    listed = f"{here}/company-mappings"
    assert [each["company"] for each in call.bob.get(f"{listed}?state=mapped")["items"]] == ["northwind"]
    assert [each["company"] for each in call.bob.get(f"{listed}?search=juniperhome")["items"]] == ["juniper"]
    first = call.bob.get(f"{listed}?limit=2")
    rest = call.bob.get(f"{listed}?limit=2&cursor={first['next_cursor']}")
    assert [each["company"] for each in first["items"] + rest["items"]] == ["contoso", "juniper", "northwind"]
    assert rest["next_cursor"] is None
    assert call.bob.refused(422, "GET", f"{listed}?state=lost")["field"] == "state"


def test_suggestions_are_saved_by_hand(call: Programs, here: str) -> None:
    found = call.bob.get(f"{here}/suggestions")["items"]
    assert [each["score"] for each in found] == sorted((each["score"] for each in found), reverse=True)
    best = next(each for each in found if each["company"] == "contoso")
    assert (best["account_id"], best["contract_id"], best["certain"]) == (2, CONTOSO_MONTHLY, True)
    ids = {name: best[name] for name in ("account_id", "contract_id")}
    call.alice.ok("PUT", f"{here}/company-mappings/{best['company']}", ids)
    assert "contoso" not in [each["company"] for each in call.bob.get(f"{here}/suggestions")["items"]]
    first = call.bob.get(f"{here}/suggestions?limit=1")
    rest = call.bob.get(f"{here}/suggestions?cursor={first['next_cursor']}")
    assert [*first["items"], *rest["items"]] == [each for each in found if each != best]
