"""What the database holds after a run, as plain values for a test."""

import json
from typing import Any

from seatbridge.integrations.methods import bms_company
from seatbridge.integrations.models import Integration
from seatbridge.ledger.models import LedgerEntry
from seatbridge.ledger.verifying import Verified, verify
from seatbridge.sync.models import LineMemory, Owed, SyncRun, Write
from seatbridge.sync.shown.show import show_run


def tell() -> dict[str, Any]:
    integration = Integration.objects.get()
    company = bms_company(integration)
    checked = verify(integration.partner_id)
    last = SyncRun.objects.order_by("pk").last()
    return {
        "ledger": "verified" if isinstance(checked, Verified) else checked.what,
        "intents": [
            _entry(row) for row in LedgerEntry.objects.filter(event="write.intended").order_by("seq")
        ],
        "events": list(LedgerEntry.objects.order_by("seq").values_list("event", flat=True)),
        "runs": list(SyncRun.objects.order_by("pk").values("id", "state", "taken_over", "problem")),
        "last": None if last is None else show_run(last),
        "reading": company.reading,
        "undecided": company.undecided_reason,
        "ahead": company.ahead,
        "stopped": Integration.objects.get().stopped_reason,
        "writes": list(Write.objects.order_by("pk").values("contract_id", "service_id", "state", "answer")),
        "owed": list(Owed.objects.order_by("pk").values(*OWED)),
        "memory": list(LineMemory.objects.order_by("contract_id", "service_id").values(*REMEMBERED)),
    }


OWED = ("contract_id", "service_id", "purpose", "phase", "settled_how", "waits_for_person")
REMEMBERED = (
    "contract_id",
    "service_id",
    "written_units",
    "written_from",
    "pending_units",
    "pending_from",
    "pending_unknown",
    "stopped",
)


def _entry(row: LedgerEntry) -> dict[str, Any]:
    return {
        "contract_id": row.contract_id,
        "service_id": row.service_id,
        "line_id": row.line_id,
        "at": row.at,
        **json.loads(row.data),
    }
