"""The six groups of words that people see in place of a status code (product.md section 2)."""

from enum import StrEnum


class Group(StrEnum):
    """In the order in which they are listed: what needs a person comes last."""

    OFF = "Excluded · Off"
    UP_TO_DATE = "Up to date"
    UPDATED = "Updated"
    PLANNED = "Planned"
    COULD_NOT_UPDATE = "Could not update"
    NOT_BILLED = "Not being billed"
    WAITING = "Waiting for you"


NEEDS_PERSON = (Group.COULD_NOT_UPDATE, Group.NOT_BILLED, Group.WAITING)
GROUPS: dict[str, Group] = {
    "no-change": Group.UP_TO_DATE,
    "synced": Group.UPDATED,
    "synced-with-warning": Group.UPDATED,
    "scheduled": Group.PLANNED,
    "planned": Group.PLANNED,
    "held:anomaly": Group.WAITING,
    "held:zero": Group.WAITING,
    "held:first-write": Group.WAITING,
    "held:edited-in-bms": Group.WAITING,
    "held:plan-change": Group.WAITING,
    "held:renewal": Group.WAITING,
    "awaiting-approval": Group.WAITING,
    "current-units-unknown": Group.WAITING,
    "left-password-boss": Group.WAITING,
    "blocked:changed-since-preview": Group.WAITING,
    "blocked:duplicate-lines": Group.WAITING,
    "blocked:bulk-excluded": Group.WAITING,
    "blocked:write-method": Group.WAITING,
    "skipped:unmapped-company": Group.NOT_BILLED,
    "skipped:unmapped-product": Group.NOT_BILLED,
    "blocked:contract-ended": Group.NOT_BILLED,
    "blocked:contract-inactive": Group.NOT_BILLED,
    "blocked:contract-type": Group.NOT_BILLED,
    "blocked:contract-missing": Group.NOT_BILLED,
    "blocked:account-mismatch": Group.NOT_BILLED,
    "blocked:line-missing": Group.NOT_BILLED,
    "late-for-cutoff": Group.NOT_BILLED,
    "error:credentials": Group.COULD_NOT_UPDATE,
    "error:permission": Group.COULD_NOT_UPDATE,
    "error:rate-limited": Group.COULD_NOT_UPDATE,
    "error:psa-unreachable": Group.COULD_NOT_UPDATE,
    "error:psa-rejected": Group.COULD_NOT_UPDATE,
    "error:verification": Group.COULD_NOT_UPDATE,
    "outcome-unknown": Group.COULD_NOT_UPDATE,
    "stale-source": Group.COULD_NOT_UPDATE,
    "skipped:excluded": Group.OFF,
    "skipped:disabled": Group.OFF,
    "blocked:automatic-line": Group.OFF,
}

# What keeps a mapped company from being billed right: Company Mapping's filter "failing".
FAILING = frozenset(
    code for code, group in GROUPS.items() if group in (Group.COULD_NOT_UPDATE, Group.NOT_BILLED)
)


def group_of(status: str) -> Group:
    """A status that has no words yet needs a person: it must not look calm."""
    return GROUPS.get(status, Group.COULD_NOT_UPDATE)
