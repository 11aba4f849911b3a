"""A row of Company Mapping in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from seatbridge.mappings.checking import ACTIVE
from seatbridge.mappings.searching import ENDS_SOON, Row
from seatbridge.reconcile.covering import LEFT
from seatbridge.reconcile.words import day
from seatbridge.sync.shown.groups import Group, group_of
from seatbridge.web.links import company_url

REVIEW_SOON = timedelta(days=14)
# What to do about a status: the second line. What a run said in full stands on the company's page.
WHAT_TO_DO: dict[str, str] = {
    "held:anomaly": "A large change waits: look at it under Changes.",
    "held:zero": "The count is 0: keep the units, or write 0.",
    "held:first-write": "New mapping: look at its first write, then approve it.",
    "held:edited-in-bms": "The units were changed in BMS: keep theirs, or put ours back.",
    "held:plan-change": "One product went to 0 as the other rose: decide for both.",
    "held:renewal": "The contract was renewed: accept the successor.",
    "awaiting-approval": "The whole run waits for your approval.",
    "current-units-unknown": "Confirm how many units stand in BMS, or approve the run.",
    "left-password-boss": "It left Password Boss: say from when billing stops.",
    "blocked:changed-since-preview": "Something moved since the preview: look again.",
    "blocked:duplicate-lines": "Two priced lines of one service: end one of them in BMS.",
    "blocked:bulk-excluded": "The line is excluded from bulk updates in BMS: allow it, or write by hand.",
    "blocked:write-method": "It waits for how units are written: see Changes.",
    "blocked:contract-ended": "The contract ended: choose its successor.",
    "blocked:contract-inactive": "The contract is not active in BMS yet.",
    "blocked:contract-type": "Only recurring-services contracts carry units: choose another one.",
    "blocked:contract-missing": "BMS no longer has the contract: choose another one.",
    "blocked:account-mismatch": "The contract belongs to another account now: choose again.",
    "blocked:line-missing": "The contract lacks the service: add it in BMS.",
    "late-for-cutoff": "Its period is posted: it is billed from the next one.",
    "error:credentials": "BMS refused the sign-in: authenticate again.",
    "error:permission": "The user in BMS lacks a right: authenticate to see which.",
    "error:rate-limited": "BMS asked us to wait: the next sync goes on.",
    "error:psa-unreachable": "BMS did not answer: the next sync tries again.",
    "error:psa-rejected": "BMS refused the change: see the company's page.",
    "error:verification": "The contract moved by another sum than ours: look at it in BMS.",
    "outcome-unknown": "An answer was lost: the next sync reads what became of it.",
    "stale-source": "The count is missing or too old: upload a newer one.",
    "skipped:unmapped-product": "A product with users has no service: see Product Mappings.",
    "skipped:disabled": "The integration is off.",
    "blocked:automatic-line": "BMS counts this line itself.",
}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """`account`, `contract`: names; `account_notes`, `contract_notes`: what is odd about them."""

    id: int
    name: str
    url: str  # of the company's page
    licenses: str
    last_sync_at: datetime | None
    is_mapped: bool
    group: Group | None
    second: str
    account: str
    account_notes: tuple[str, ...]
    contract: str
    contract_notes: tuple[str, ...]


def is_kept(row: Row) -> bool:
    """Left as it is, or put back: it is billed, but no sync changes it."""
    return row.is_mapped and row.last_status == LEFT


def shown(row: Row, today: date, kept: Mapping[str, str]) -> ShownRow:
    """`kept`: what Changes says of companies whose lines are kept, by ref."""
    group, second = _status(row, today)
    if is_kept(row):
        group, second = Group.UP_TO_DATE, kept.get(row.ref, "Kept as it stands, as decided.")
    account, about_account = ("", ()) if row.account_id is None else _account(row, row.account_id)
    contract, about_contract = ("", ()) if row.contract_id is None else _contract(row, row.contract_id, today)
    return ShownRow(
        id=row.company_id,
        name=row.name,
        url=company_url(row.ref),
        licenses=_licenses(row.licenses),
        last_sync_at=row.last_sync_at,
        is_mapped=row.mapping_id is not None,
        group=group,
        second=second,
        account=account,
        account_notes=about_account,
        contract=contract,
        contract_notes=about_contract,
    )


def _licenses(number: int | None) -> str:
    return "" if number is None else f"{number:,} license{'' if number == 1 else 's'}"


def _status(row: Row, today: date) -> tuple[Group | None, str]:
    if row.excluded_reason:
        review = ""
        if row.review_on is not None:
            review = f", review {day(row.review_on)}"
            if row.review_on <= today + REVIEW_SOON:
                return Group.WAITING, f"Excluded: {row.excluded_reason}{review}"
        return Group.OFF, f"{row.excluded_reason}{review}"
    if row.mapping_id is None:
        return _unmapped(row)
    if not row.last_status:
        return None, "Not synced yet"
    return group_of(row.last_status), WHAT_TO_DO.get(row.last_status, "")


def _unmapped(row: Row) -> tuple[Group, str]:
    if row.type == "msp":
        return Group.OFF, "Your own company is never billed."
    if row.level == "trial":
        return Group.OFF, "A trial is not billed."
    if row.state != "active":
        return Group.OFF, "It left Password Boss." if row.state == "left" else "Inactive in Password Boss."
    return Group.NOT_BILLED, "No account and contract yet."


def _account(row: Row, number: int) -> tuple[str, tuple[str, ...]]:
    seen = row.account
    name = seen.name if seen else row.account_name or f"Account {number}"
    notes = []
    if seen is None or seen.gone:
        notes.append("No longer in BMS.")
    elif not seen.is_active:
        notes.append("Inactive in BMS.")
    if seen is not None and row.account_name and row.account_name != seen.name:
        notes.append(f"Renamed in BMS: was {row.account_name}.")
    return name, tuple(notes)


def _contract(row: Row, number: int, today: date) -> tuple[str, tuple[str, ...]]:
    seen = row.contract
    name = seen.name if seen else row.contract_name or f"Contract {number}"
    if seen is None or seen.gone:
        return name, ("No longer in BMS: choose another one.",)
    notes = []
    if seen.end is not None and seen.end < today:
        notes.append(f"Ended on {day(seen.end)}.")
    elif seen.end is not None and seen.end <= today + ENDS_SOON:
        notes.append(f"Ends on {day(seen.end)}.")
    if seen.start > today:
        notes.append(f"Starts on {day(seen.start)}.")
    elif seen.status.strip().casefold() != ACTIVE:
        notes.append(f'"{seen.status}" in BMS.')
    if row.contract_name and row.contract_name != seen.name:
        notes.append(f"Renamed in BMS: was {row.contract_name}.")
    if row.account is not None and seen.account_name != row.account.name:
        notes.append(f"Belongs to {seen.account_name} now.")
    return name, tuple(notes)
