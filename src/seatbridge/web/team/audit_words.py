"""A ledger entry of a setting, as a person reads it."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from seatbridge.ledger.models import LedgerEntry
from seatbridge.web.wording import day_words

_DATED = re.compile(r"2\d{3}-\d\d-\d\d(T|$)")

TITLES = {
    "member.added": "Member added",
    "member.invited": "Member invited",
    "member.removed": "Member removed",
    "member.role-changed": "Role changed",
    "invitation.withdrawn": "Invitation withdrawn",
    "api-token.made": "API token made",
    "api-token.revoked": "API token revoked",
    "integration.added": "Integration added",
    "integration.removed": "Integration removed",
    "integration.authenticated": "Signed in to BMS",
    "integration.sign-in-refused": "BMS refused the sign-in",
    "integration.password-set": "BMS password set",
    "integration.enabled": "Integration switched on",
    "integration.disabled": "Integration switched off",
    "integration.stopped": "Writing stopped",
    "integration.calendar-set": "Billing calendar set",
    "integration.schedule-set": "Sync schedule set",
    "integration.posted": "Posting done",
    "integration.rules-set": "Rules set",
    "integration.write-method-set": "Write method set",
    "integration.test-contract-set": "Test write contract set",
    "integration.contract-terms-set": "Contract terms set",
    "integration.calendar-accepted": "Calendar taken from invoices",
    "company-mapping.changed": "Company mapping changed",
    "company-mapping.removed": "Company mapping removed",
    "company-mapping.first-write-approved": "First write approved",
    "product-mapping.changed": "Product mapping changed",
    "line.units-stated": "Units stated",
    "line.carried-price-stated": "Carried price stated",
    "line.automatic-stated": "Automatic line stated",
    "operator.stopped-writing": "Operator stopped all writing",
    "operator.resumed-writing": "Operator let writing go on",
    "owed.answered": "Unfinished line answered",
}


@dataclass(frozen=True, slots=True)
class Told:
    at: datetime
    actor: str
    title: str
    details: tuple[str, ...]


def told(entry: LedgerEntry) -> Told:
    subject, _, verb = entry.event.partition(".")
    plain = f"{subject} {verb}".replace("-", " ").capitalize()
    data: dict[str, Any] = json.loads(entry.data)
    about = (("contract", entry.contract_id), ("service", entry.service_id))
    place = [f"{name} {number}" for name, number in about if number is not None]
    details = [*([", ".join(place)] if place else []), *_details(data)]
    return Told(entry.at, entry.actor, TITLES.get(entry.event, plain), tuple(details))


def _details(data: dict[str, Any]) -> list[str]:
    old, new = data.get("old"), data.get("new")
    if isinstance(old, dict) and isinstance(new, dict):
        others = {name: value for name, value in data.items() if name not in ("old", "new")}
        return [*_plain(others), *_changes(old, new)]
    if "new" in data and "old" in data and not isinstance(new, (dict, list)):
        others = {name: value for name, value in data.items() if name not in ("old", "new")}
        return [*_plain(others), f"{_value(old)} → {_value(new)}"]
    return _plain(data)


def _plain(data: dict[str, Any]) -> list[str]:
    return [
        f"{_name(name)}: {_value(value)}" for name, value in data.items() if value not in (None, "", [], {})
    ]


def _changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Only what differs: a form carries more than a person changed."""
    moved = {
        name: (old.get(name), value) for name, value in new.items() if _value(old.get(name)) != _value(value)
    }
    return [f"{_name(name)}: {_value(before)} → {_value(after)}" for name, (before, after) in moved.items()]


def _name(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _value(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{_name(str(name))} {_value(each)}" for name, each in value.items()) or "nothing"
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value) or "nothing"
    return _time(value) if isinstance(value, str) else str(value)


def _time(text: str) -> str:
    """A day, or a moment, as everywhere else; all other text as it is."""
    if not _DATED.match(text):
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:  # a name may begin like a date
        return text
    if len(text) == len("2026-11-23"):
        return day_words(at.date())
    return f"{day_words(at.date())} {at:%H:%M}" + (" UTC" if at.utcoffset() == timedelta(0) else "")
