"""The billing calendar contract by contract, for programs."""

from datetime import UTC, datetime
from typing import Any

from seatbridge.integrations.models import ContractTerms
from tests.support.mapping_world import (
    CONTOSO_MONTHLY,
    JUNIPER_MONTHLY,
    NORTHWIND_MONTHLY,
    MappingWorld,
    a_proposal,
)
from tests.support.programs import Programs

CSV = "text/csv"
HEADER = "contract_id,issue_on,posts_on,periods\n"


def path(world: MappingWorld, more: str) -> str:
    return f"/integrations/{world.integration.pk}/calendar/{more}"


def test_one_contract_is_set_and_listed_with_what_is_in_force(call: Programs, world: MappingWorld) -> None:
    one: Any = call.alice.ok("PUT", path(world, f"contracts/{NORTHWIND_MONTHLY}"), {"posts_on": 10})
    assert (one["issue_on"], one["posts_on"], one["fiscal"]) == (None, 10, None)
    assert one["in_force"] == {"issue_on": "end", "posts_on": 10, "fiscal": True}
    assert one["open_from"] < one["open_until"] < one["posted_on"]
    assert one["posted_on"].endswith("-10")
    listed = call.bob.get(path(world, "contracts?only=differing"))["items"]
    assert [each["contract_id"] for each in listed] == [NORTHWIND_MONTHLY]
    found = call.bob.get(path(world, "contracts?search=juniper"))["items"]
    assert [each["contract_id"] for each in found] == [JUNIPER_MONTHLY]
    calendar = call.bob.get(path(world, "").removesuffix("/"))
    assert calendar["contracts"] == [
        {"contract_id": NORTHWIND_MONTHLY, "issue_on": None, "fiscal": None, "posts_on": 10}
    ]
    assert f"Contract {NORTHWIND_MONTHLY}: posted on the 10th." in calendar["sentences"]
    call.alice.ok("PUT", path(world, f"contracts/{NORTHWIND_MONTHLY}"), {})
    assert not ContractTerms.objects.exists()


def test_pages_of_contracts_follow_one_another(call: Programs, world: MappingWorld) -> None:
    first = call.bob.get(path(world, "contracts?limit=2"))
    rest = call.bob.get(path(world, f"contracts?limit=50&cursor={first['next_cursor']}"))
    ids = [each["contract_id"] for each in (*first["items"], *rest["items"])]
    assert ids == sorted(set(ids))
    assert rest["next_cursor"] is None


def test_a_wrong_value_names_its_field(call: Programs, world: MappingWorld) -> None:
    for body, field in (({"posts_on": 32}, "posts_on"), ({"issue_on": "middle"}, "issue_on")):
        problem = call.alice.refused(422, "PUT", path(world, f"contracts/{NORTHWIND_MONTHLY}"), body)
        assert problem["field"] == field


def test_a_file_is_tried_and_then_taken_whole(call: Programs, world: MappingWorld) -> None:
    text = f"{HEADER}{NORTHWIND_MONTHLY},start,,\n{CONTOSO_MONTHLY},,10,from-start\n"
    tried = call.alice.ok("POST", path(world, "contracts/import?dry_run=true"), text, media_type=CSV)
    assert (tried["rows"], tried["changed"]) == (2, 2)
    assert tried["changes"][0]["before"] == "as the calendar says"
    assert not ContractTerms.objects.exists()
    assert call.alice.ok("POST", path(world, "contracts/import"), text, media_type=CSV)["changed"] == 2
    assert ContractTerms.objects.count() == 2
    assert call.alice.ok("POST", path(world, "contracts/import"), text, media_type=CSV)["changed"] == 0


def test_a_proposal_is_read_and_accepted_as_it_was_shown(call: Programs, world: MappingWorld) -> None:
    assert call.bob.get(path(world, "proposal"))["read_at"] is None
    a_proposal(world.integration, NORTHWIND_MONTHLY, CONTOSO_MONTHLY)
    shown = call.bob.get(path(world, "proposal"))
    assert [each["contract_id"] for each in shown["contracts"]] == [NORTHWIND_MONTHLY, CONTOSO_MONTHLY]
    assert "in 12 of 12 months" in shown["contracts"][0]["evidence"]
    other = {"read_at": datetime.now(UTC).isoformat()}
    call.alice.refused(409, "POST", path(world, "proposal/accept"), other)
    wanted = {"read_at": shown["read_at"], "contracts": [CONTOSO_MONTHLY]}
    calendar = call.alice.ok("POST", path(world, "proposal/accept"), wanted)
    assert calendar["end_posts_on"] == 3
    assert [each["contract_id"] for each in calendar["contracts"]] == [CONTOSO_MONTHLY]
    call.alice.refused(409, "POST", path(world, "proposal/accept"), wanted)
