"""A ledger entry of what runs did, as a person reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from seatbridge.integrations.method_words import BEHAVIOR
from seatbridge.ledger.models import LedgerEntry
from seatbridge.ledger.searching import WRITING
from seatbridge.reconcile.facts import BmsReading
from seatbridge.reconcile.money import CENT
from seatbridge.sync.shown.changes import Line, units_before_of
from seatbridge.web.team.audit_words import told
from seatbridge.web.wording import day_words

TITLES = {
    "run.planned": "Planned",
    "run.approval-asked": "Approved by a person",
    "run.approved": "Approval took effect",
    "decision.left": "Left as it is until the invoice run",
    "decision.refused": "Approval refused: the line moved",
    "decision.taken-back": "Decision taken back",
    "line.missed-run": "Missed its invoice run",
    "run.paused": "Paused",
    "run.ended": "Run ended",
    "write.intended": "Set out to write",
    "write.confirmed": "Written and read back",
    "write.scheduled": "Written, takes effect on its day",
    "write.price-undone": "Price set by hand was written over",
    "write.took-effect": "Took effect on its day",
    "write.cannot-tell": "Cannot tell whether it took effect",
    "write.rejected": "Refused by Kaseya",
    "write.no-effect": "Had no effect",
    "write.mismatch": "Billing price moved by something else",
    "write.unknown": "Answer was lost",
    "write.appended": "New line added",
    "write.adjusted": "New units taken by the line",
    "write.re-dated": "Today's line was moved",
    "write.zeroed": "Old line priced to 0",
    "write.owed": "Begun, to be finished",
    "write.owed-waits": "Not finished: waits for you",
    "write.restored": "Former price put back",
    "write.returned": "Former units put back",
    "write.turned-back": "Turned back",
    "write.revived": "Found priced again",
    "put-back.ordered": "Put back asked for",
    "put-back.ended": "Put back no longer holds the line",
    "invoices.checked": "Invoices compared with contracts",
    "verdict.reached": "How your BMS behaves",
    "verdict.cleared": "How your BMS behaves: to be tested again",
    "verdict.ahead": "How your BMS treats changes dated ahead",
}

DAY_HAS_COME = "Written ahead, its day has come"
NO_PUT_BACK: Mapping[Line, int] = {}
PUT_BACK_ENDS = {
    "released": "a person let the count go",
    "count-agrees": "the count has come to what stands there",
    "replaced": "another put back took its place",
}

AHEAD = {
    "kept": "today's units stay as they are until the day",
    "re-dates": "today's line is moved to the day",
}


@dataclass(frozen=True, slots=True)
class EntryRow:
    entry: LedgerEntry
    title: str
    companies: str
    contract: int | None
    line: int | None
    units: str
    when: str
    details: tuple[str, ...]


def row_of(
    entry: LedgerEntry, names: Mapping[str, str], today: date, instead: Mapping[Line, int] = NO_PUT_BACK
) -> EntryRow:
    """`names`: company ref -> name. `today`: billing day. `instead`: of put backs, whose place they take."""
    data: dict[str, Any] = json.loads(entry.data)
    plain = told(entry)
    is_write = entry.event.startswith(WRITING) and data.get("units") is not None
    on = data.get("effective_date")
    has_come = isinstance(on, str) and date.fromisoformat(on) <= today
    title = DAY_HAS_COME if has_come and entry.event == "write.scheduled" else TITLES.get(entry.event)
    return EntryRow(
        entry=entry,
        title=title or plain.title,
        companies=", ".join(names.get(ref, ref) for ref in companies_in(data)),
        contract=entry.contract_id or data.get("contract"),
        line=entry.line_id or data.get("line"),
        units=f"{_unknown(units_before_of(entry, data, instead))} → {data['units']}" if is_write else "",
        when=day_words(date.fromisoformat(on)) if isinstance(on, str) and is_write else "",
        details=_details_of(entry, data, plain.details),
    )


def _details_of(entry: LedgerEntry, data: Mapping[str, Any], plain: tuple[str, ...]) -> tuple[str, ...]:
    if entry.event.startswith("write."):
        return _details(entry.event, data)
    if entry.event == "put-back.ended":
        return (PUT_BACK_ENDS.get(str(data.get("how")), ""),)
    if entry.event == "put-back.ordered":
        return (f"takes back what run {data.get('undoes')} wrote",)
    return _of_verdict(entry.event, data) or _of_run(entry.event, data) or plain


def _of_verdict(event: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    if event == "verdict.ahead":
        return (AHEAD.get(str(data.get("ahead_is")), "not known yet"),)
    if event == "verdict.reached":
        return tuple(filter(None, [BEHAVIOR[BmsReading(data["reading"])], str(data.get("why") or "")]))
    return ()


def companies_in(data: Mapping[str, Any]) -> list[str]:
    members = data.get("companies")
    found = [str(pair[0]) for pair in members if pair] if isinstance(members, list) else []
    if isinstance(data.get("company"), str):
        found.append(data["company"])
    return list(dict.fromkeys(found))


def _details(event: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    said = [str(data["why"])] if data.get("why") else []
    if event == "write.confirmed" and data.get("moved") is not None:
        said.append(f"the contract's total moved by {_figure(data['moved'])}")
    if data.get("purpose") == "canary":
        said.append("test write")
    if data.get("unit_price") is not None:
        said.append(f"unit price {_figure(data['unit_price'])}")
    return tuple(said)


def _of_run(event: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    if event == "run.planned":
        return (f"{data['writes']} to write", *data.get("waits", ()))
    if event in ("run.approved", "run.approval-asked"):
        lines = [" ".join(pair) for pair in data.get("lines", ())]
        return ("line by line: " + ", ".join(lines) if lines else "the plan as a whole",)
    if event == "run.paused":
        return (f"waiting for {data['waits_for']}",)
    if event == "run.ended":
        summary, problem = data.get("summary") or {}, data.get("problem") or {}
        said = [f"{summary['written']} written"] if "written" in summary else []
        return (*said, *filter(None, [problem.get("cause", "")])) or (str(data.get("state", "")),)
    return ()


def _figure(text: object) -> str:
    """5.000000 as 5.00; more digits only where they say something."""
    amount = Decimal(str(text))
    cents = amount.quantize(CENT)
    return f"{cents if cents == amount else amount.normalize():f}"


def _unknown(units: int | None) -> str:
    return "unknown" if units is None else str(units)
