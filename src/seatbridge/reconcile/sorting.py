"""Every company and product sorted into what is billed on a line, and what is not."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from seatbridge.reconcile.facts import Company, CompanyMapping, Facts, Key
from seatbridge.reconcile.rulings import Ruling, skipped
from seatbridge.reconcile.targets import NO_COUNT, Member
from seatbridge.reconcile.words import day, product_name, users

UNMAPPED = CompanyMapping(account_id=None, contract_id=None, first_write_approved=False)


@dataclass(frozen=True, slots=True)
class Sorted:
    """`members` in the plan's order: by company name, then product."""

    keys: dict[Key, list[Member]] = field(default_factory=dict)
    skipped: list[tuple[Member, Ruling]] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)  # company -> all its counts together


def sort_members(facts: Facts) -> Sorted:
    found = Sorted()
    products = sorted(set(facts.products))
    for company in sorted(facts.companies.values(), key=lambda row: (row.name.casefold(), row.name, row.ref)):
        mapping = facts.company_mappings.get(company.ref, UNMAPPED)
        members = [
            Member(company, product, facts.counts.get((company.ref, product), NO_COUNT), mapping)
            for product in products
        ]
        found.counted[company.ref] = sum([member.count.value or 0 for member in members])
        if mapping.excluded or mapping.contract_id is None:
            found.skipped.extend(_of_skipped_company(members))
            continue
        for member in members:
            service_id = facts.product_mappings.get(member.product)
            if service_id is not None:
                found.keys.setdefault((mapping.contract_id, service_id), []).append(member)
            elif member.count.value:
                found.skipped.append((member, _unmapped_product(member)))
    return found


def _of_skipped_company(members: list[Member]) -> Iterator[tuple[Member, Ruling]]:
    """One line per product with users; an excluded company shows at least one, not to be forgotten."""
    with_users = [member for member in members if member.count.value]
    if members and members[0].company.not_billable and not members[0].mapping.excluded:
        # Not mapped, and not to be: one grey line says why. Once mapped, its zero is asked about like others.
        yield members[0], _never_billed(members[0].company)
        return
    if members and members[0].mapping.excluded:
        for member in with_users or members[:1]:
            yield member, _excluded(member)
        return
    for member in with_users:
        yield member, _unmapped_company(member.company, member)


def _excluded(member: Member) -> Ruling:
    mapping = member.mapping
    review = "" if mapping.review_on is None else f", review on {day(mapping.review_on)}"
    return skipped(
        "skipped:excluded", f"Excluded: {mapping.excluded}{review}.", "Nothing to do; map it to bill it."
    )


def _never_billed(company: Company) -> Ruling:
    return skipped("skipped:excluded", f"Never billed: {company.not_billable}.", "Nothing to do.")


def _unmapped_company(company: Company, member: Member) -> Ruling:
    return skipped(
        "skipped:unmapped-company",
        f"{company.name} has {users(member.count.value or 0)} of {product_name(member.product)}, "
        "mapped to no contract.",
        "Map it to an account and a contract, or exclude it with a reason.",
    )


def _unmapped_product(member: Member) -> Ruling:
    return skipped(
        "skipped:unmapped-product",
        f"{member.company.name} has {users(member.count.value or 0)} of {product_name(member.product)}, "
        "a product that is mapped to no BMS service.",
        "Map the product to a service.",
    )
