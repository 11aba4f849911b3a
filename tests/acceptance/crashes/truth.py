"""What BMS really holds and has really done: the same for two histories that must come to the same end."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.acceptance.crashes.places import Place
from tests.support.bms_process import BmsProcess

POST_LINE = "POST /v2/finance/contracts/recurringservices/{contractId}/services"
BULK = "POST /v2/admin/finance/services/{serviceId}/relatedservices/bulkupdate"
JOB = "GET /v2/admin/finance/services/{serviceId}/backgroundjob"
SUMMARY = "GET /v2/finance/contracts/summary"
Effect = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """`lines`: every line with all that it says, now and later; ids are left out, they may differ."""

    lines: list[str]
    bills: list[str]
    effects: Counter[Effect]
    calls: Counter[Effect]  # every write that was sent, with or without effect


def truth_of(bms: BmsProcess) -> Truth:
    world = bms.ask("GET", "world")
    lines = sorted(str(_without(line, "id")) for line in world["lines"])
    lines += sorted(str(_without(each, "line_id")) for each in world["transactions"])
    bills = []
    for bill in bms.ask("GET", "bills"):
        rows = sorted(str(_without(line, "line_id")) for line in bill["lines"])
        pending = sorted(str(_without(each, "line_id")) for each in bill["pending"])
        bills.append(f"{bill['contract_id']}: {bill['total_now']} {bill['next_period']} {rows} {pending}")
    writes = bms.writes()
    return Truth(
        lines, bills, _effects(writes), Counter(each for write in writes for each in _written(write))
    )


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in sorted(row.items()) if key != name}


def effects_of(bms: BmsProcess) -> Counter[Effect]:
    """Every write that took effect, a bulk update line by line, with how often it did."""
    return _effects(bms.writes())


def _effects(writes: list[dict[str, Any]]) -> Counter[Effect]:
    return Counter(each for write in writes if write["effect"] for each in _written(write))


def _written(write: dict[str, Any]) -> list[Effect]:
    body = write["body"]
    if write["endpoint"] == POST_LINE:
        return [
            (
                "post",
                write["contract_id"],
                row["ServiceId"],
                row["Units"],
                row["UnitPrice"],
                row["EffectiveDate"],
            )
            for row in body
        ]
    values = body["Values"]
    return [
        (
            "price",
            row["ClientContractId"],
            write["service_id"],
            row["ClientContractServiceId"],
            values["UnitPrice"],
            values["EffectiveDate"],
        )
        for row in body["SelectedClientContractServices"]
    ]


def complaints(place: Place, expected: Truth, *, doubles: bool = False) -> list[str]:
    """What is wrong with a history that should have come to the `expected` end; empty: nothing."""
    found = truth_of(place.bms)
    watch = place.bms.ask("GET", "watch")
    wrong = []
    if found.lines != expected.lines or found.bills != expected.bills:
        wrong.append(f"BMS does not end as it should: {_difference(found, expected)}")
    if found.effects != expected.effects:
        wrong.append(
            f"writes: missing {expected.effects - found.effects}, too many {found.effects - expected.effects}"
        )
    if watch["violations"] and not doubles:
        wrong.append(f"two priced lines at once: {watch['violations']}")
    if watch["without_priced_line"]:
        wrong.append(f"no priced line is left: {watch['without_priced_line']}")
    return wrong + ledger_complaints(place.report(), found.effects)


def _difference(found: Truth, expected: Truth) -> str:
    there, wanted = set(found.lines + found.bills), set(expected.lines + expected.bills)
    return f"there is {sorted(there - wanted)}, and should be {sorted(wanted - there)}"


def ledger_complaints(told: dict[str, Any], effects: Counter[Effect]) -> list[str]:
    """The ledger's chain holds, and every effect in BMS was announced by an intent of its own."""
    wrong = [] if told["ledger"] == "verified" else [f"the ledger is broken: {told['ledger']}"]
    intents = Counter((entry["contract_id"], entry["service_id"]) for entry in told["intents"])
    seen: Counter[tuple[int, int]] = Counter()
    for effect, times in effects.items():
        seen[effect[1], effect[2]] += times
        if effect[0] == "post" and not any(_announces(entry, effect) for entry in told["intents"]):
            wrong.append(f"no intent announces {effect}")
    return wrong + [f"{seen - intents} took effect without an intent"] * bool(seen - intents)


def _announces(entry: dict[str, Any], effect: Effect) -> bool:
    _, contract_id, service_id, units, price, day = effect
    return (
        (entry["contract_id"], entry["service_id"], entry["units"]) == (contract_id, service_id, units)
        and float(entry["unit_price"]) == float(price)
        and str(day).startswith(entry["effective_date"])
    )
