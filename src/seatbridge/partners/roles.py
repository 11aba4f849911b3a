"""What each role may do. The whole permission model is this table."""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    BILLING = "billing", "Billing"
    VIEWER = "viewer", "Viewer"


class Right(StrEnum):
    VIEW = "view"  # look at everything of the partner, and preview
    APPROVE = "approve"  # Sync Now, approve, cancel, posting done: whatever lets units be written
    MAP = "map"  # company and product mappings, exclusions, imports
    SETTINGS = "settings"  # connection, on and off, schedule, calendar, rules, write method
    TEAM = "team"  # members, invitations, API tokens


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.ADMIN: frozenset(Right),
    Role.BILLING: frozenset({Right.VIEW, Right.APPROVE, Right.MAP}),
    Role.VIEWER: frozenset({Right.VIEW}),
}
# Nobody gives a role above their own: an admin makes admins, but only an owner makes owners.
RANK: dict[Role, int] = {Role.VIEWER: 0, Role.BILLING: 1, Role.ADMIN: 2, Role.OWNER: 3}
SENTENCES: dict[Role, str] = {
    Role.OWNER: "Everything, and decides who else is an owner.",
    Role.ADMIN: "Settings, team and tokens, and everything that Billing may do.",
    Role.BILLING: "Maps companies and products, imports counts, syncs and approves.",
    Role.VIEWER: "Looks at everything, changes nothing.",
}


def may(role: str, right: Right) -> bool:
    return right in RIGHTS[Role(role)]


def may_give(own: str, given: str) -> bool:
    return may(own, Right.TEAM) and RANK[Role(given)] <= RANK[Role(own)]
