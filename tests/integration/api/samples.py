"""A request that does what it should, for each operation that needs more than its path."""

from dataclasses import dataclass
from typing import Any

from seatbridge.integrations.clocks import clock
from seatbridge.mappings.editing import set_company_mapping
from seatbridge.sync.models import Decision, SyncRun
from tests.integration.web.samples import decided_line
from tests.support.mapping_world import (
    NORTHWIND,
    NORTHWIND_MONTHLY,
    STANDARD,
    MappingWorld,
    map_standard,
)

CSV = "text/csv"
COUNTS = {"counts": [{"company": "northwind", "product": "standard", "count": 14}]}
CONNECTION = {
    "psa": "kaseya-bms",
    "hostname": "bms.kaseya.com",
    "username": "api",
    "password": "secret words",
    "company_name": "Another company",
}
CALENDAR = {"start_posts_on": 25, "end_posts_on": 1, "default": "end", "fiscal": True}
BODIES: dict[str, Any] = {
    "put_company": {"name": "Fabrikam"},
    "put_user": {"status": "active"},
    "push_counts": COUNTS,
    "import_csv": "company,product,count\nnorthwind,standard,14\n",
    "add_an_integration": CONNECTION,
    "change_integration": {"enabled": True},
    "remove_an_integration": None,
    "authenticate": None,
    "refresh_catalog": None,
    "set_product_mappings": [{"product": "standard", "service_id": STANDARD}],
    "set_company_mapping": {"account_id": NORTHWIND, "contract_id": NORTHWIND_MONTHLY},
    "remove_company_mapping": None,
    "put_schedule": {"cadence": "daily", "at": "06:00"},
    "put_calendar": CALENDAR,
    "put_rules": {"rules": {"drop_share": 40}},
    "import_contracts": f"contract_id,issue_on,posts_on,periods\n{NORTHWIND_MONTHLY},start,10,\n",
    "put_contract_terms": {"posts_on": 10},
    "read_calendar_proposal": None,
    "accept_calendar_proposal": {"read_at": "2026-11-23T05:00:00Z"},
    "take_units": {"lines": [{"contract_id": NORTHWIND_MONTHLY, "service_id": STANDARD, "invoiced": 14}]},
    "import_units": "company,product,units\nnorthwind,standard,14\n",
    "note_posting": {},
    "start_run": {"mode": "sync"},
    "approve_run": {"digest": "d" * 64},
    "cancel_a_run": None,
    "stop_billing_leavers": {"leavers": [{"company": "northwind"}], "start": "next-period"},
    "bill_leavers_again": {"leavers": [{"company": "northwind"}]},
    "accept_difference": {"contract_id": 1, "service_id": 1},
    "add_a_line": {"company": "northwind", "product": "standard", "unit_price": "5.00"},
    "leave_lines_of_run": {"digest": "d" * 64, "lines": [{"company": "northwind", "product": "standard"}]},
    "take_decision_back": None,
    "undo_run": {"mode": "dry-run"},
}
# What only a BMS that can be reached answers well is tried elsewhere, and not as owner here.
NEEDS_BMS = {"authenticate", "refresh_catalog", "read_calendar_proposal"}
# Anybody with a token may ask for these, whoever's rows they may see.
OF_NOBODY_ELSE = {"{kind}", "{ref}"}
# Nothing waits, was written or was invoiced there, and nobody left: tried in test_runs, test_contract_terms,
# test_units, test_decisions.
REFUSED_ON_SAMPLES = {
    "approve_run": 409,
    "undo_run": 409,
    "accept_calendar_proposal": 409,
    "take_units": 409,
    "stop_billing_leavers": 422,
    "add_a_line": 422,
    "accept_difference": 409,
    "leave_lines_of_run": 409,
}


@dataclass(frozen=True, slots=True)
class Samples:
    """Rows of Northgate for each parameter of a path."""

    world: MappingWorld
    run: SyncRun
    decision: Decision

    def path(self, template: str) -> str:
        rows: dict[str, object] = {
            "integration_id": self.world.integration.pk,
            "run_id": self.run.pk,
            "decision_id": self.decision.pk,
            "company_ref": "northwind",
            "ref": "fabrikam",
            "user_ref": "erin@northwind.test",
            "kind": "counts",
            "contract_id": NORTHWIND_MONTHLY,
        }
        return template.removeprefix("/api/v1").format(**rows)


def make_samples(world: MappingWorld) -> Samples:
    """With the integration off; the run waits, so that it can be cancelled. Northwind is mapped."""
    map_standard(world.integration)
    set_company_mapping(world.integration, world.northwind, NORTHWIND, NORTHWIND_MONTHLY, actor="Alice")
    run = SyncRun.objects.create(
        integration=world.integration,
        actor="Alice",
        created_at=clock().now(),
        state=SyncRun.State.AWAITING_APPROVAL,
    )
    return Samples(world, run, decided_line(world))
