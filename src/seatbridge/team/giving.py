"""Roles as they are given: who may give which, and how they are read."""

from seatbridge.partners.roles import Role, may_give
from seatbridge.team.refusing import TeamRefused


def read_role(text: str) -> Role:
    try:
        return Role(text.strip().lower())
    except ValueError:
        raise TeamRefused(f"{text!r} is not a role: write {', '.join(Role.values)}.") from None


def refuse_above(own: Role, given: Role) -> None:
    """Raises TeamRefused where somebody would give, or take, more than they have."""
    if not may_give(own, given):
        raise TeamRefused(f"Your role is {own.label}: you cannot decide about the role {given.label}.")
