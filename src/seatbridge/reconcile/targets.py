"""What a (contract, service) should stand at: the counts of all that share it, added up."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from seatbridge.reconcile.facts import Company, CompanyMapping, CompanyState, Count
from seatbridge.reconcile.words import product_name, units, users

NO_COUNT = Count(value=None, as_of=None)


class Member(NamedTuple):
    """One company and product that a line is counted for."""

    company: Company
    product: str
    count: Count  # type: ignore[assignment] # tuples have a method of that name, which nobody calls here
    mapping: CompanyMapping

    @property
    def name(self) -> tuple[str, str]:
        return self.company.ref, self.product

    @property
    def has_left(self) -> bool:
        return self.company.state is not CompanyState.ACTIVE or self.company.licenses == 0

    @property
    def users(self) -> int | None:
        """Whom Password Boss charges for."""
        if self.has_left or self.company.not_billable:
            return 0
        return None if self.count.stale else self.count.value


class Target(NamedTuple):
    """`units` None: a count is missing or too old, `missing` says which. It is never taken as zero."""

    units: int | None
    missing: str
    explanation: str


def target_of(members: Sequence[Member]) -> Target:
    if len(members) == 1 and _is_plain(members[0]):
        return _target_of_one(members[0])
    counted = {member.company.ref for member in members if _is_known(member)}
    parts: list[tuple[Member, int]] = []
    missing = ""
    for member in members:
        value = _value(member, counted)
        if value is None:
            missing = missing or _why_missing(member)
        else:
            parts.append((member, value))
    if missing:
        return Target(None, missing, missing)
    total = sum(value for _, value in parts)
    return Target(total, "", _explain(parts, total))


def _is_plain(member: Member) -> bool:
    return _is_known(member) and not member.has_left


def _target_of_one(member: Member) -> Target:
    """As below, for nearly all lines there are."""
    value, detail = member.count.value or 0, member.count.detail
    return Target(value, "", f"{users(value)} ({detail}) = {units(value)}" if detail else _equal(value))


@lru_cache(maxsize=2048)
def _equal(value: int) -> str:
    return f"{users(value)} = {units(value)}"


def _is_known(member: Member) -> bool:
    return member.count.value is not None and not member.count.stale


def _value(member: Member, counted: set[str]) -> int | None:
    if member.has_left:
        return 0
    if member.count.stale:
        return None
    if member.count.value is None:
        # Two products of one company on one line: the one that was never counted adds nothing to its sister.
        return 0 if member.company.ref in counted else None
    return member.count.value


def _why_missing(member: Member) -> str:
    if member.count.stale:
        return f"{member.company.name}: {member.count.stale}"
    return f"No count of {product_name(member.product)} is known for {member.company.name}."


def _explain(parts: Sequence[tuple[Member, int]], total: int) -> str:
    result = _equal(total)
    shown = [(member, value) for member, value in parts if value or member.count.value is not None]
    if len(shown) < 2:
        detail = shown[0][0].count.detail if shown else ""
        return f"{users(total)} ({detail}) = {units(total)}" if detail else result
    several_products = len({member.product for member, _ in shown}) > 1
    sums = " + ".join(
        f"{value} ({member.company.name}{f', {product_name(member.product)}' if several_products else ''})"
        for member, value in shown
    )
    return f"{sums} = {result}"
