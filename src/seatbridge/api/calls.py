"""What an operation is handed: who calls, and the rows that the path names, each through the gate."""

from collections.abc import Callable, Mapping
from typing import BinaryIO

from django.http import Http404, HttpRequest

from seatbridge.integrations.models import Integration
from seatbridge.partners.access import Access
from seatbridge.sync.models import Decision, SyncRun
from seatbridge.usage.models import Company


class Call(HttpRequest):
    """Only what the operation's path names is set."""

    access: Access
    integration: Integration
    run: SyncRun
    company: Company
    decision: Decision
    csv: BinaryIO


def _load_integration(call: Call, text: str) -> None:
    rows = call.access.scoped(Integration).select_related("catalog_refresh")
    call.integration = call.access.one(rows, pk=_number(text))
    call.integration.partner = call.access.partner


def _load_run(call: Call, text: str) -> None:
    rows = call.access.scoped(SyncRun).defer("plan_document").select_related("integration__partner")
    call.run = call.access.one(rows, pk=_number(text))


def _load_company(call: Call, text: str) -> None:
    call.company = call.access.one(Company, ref=text)
    call.company.partner = call.access.partner


def _load_decision(call: Call, text: str) -> None:
    rows = call.access.scoped(Decision).filter(integration=call.integration)
    call.decision = call.access.one(rows.select_related("integration__partner"), pk=_number(text))


LOADERS: Mapping[str, Callable[[Call, str], None]] = {
    "integration_id": _load_integration,
    "run_id": _load_run,
    "company_ref": _load_company,
    "decision_id": _load_decision,
}


def load(call: Call, path: Mapping[str, str]) -> None:
    """Raises Http404, also for somebody else's."""
    for name, text in path.items():
        if name in LOADERS:
            LOADERS[name](call, text)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Http404
    return int(text)
