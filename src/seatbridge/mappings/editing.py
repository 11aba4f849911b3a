"""The verbs that change a mapping. What may be mapped to what is judged before, by `checking`.

A changed mapping must have its first write approved anew: it would be written to another place.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from seatbridge.catalog.finding import account_names, contract_names
from seatbridge.integrations.models import Integration
from seatbridge.ledger.writing import append
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.usage.models import Company


class ChangedMeanwhile(ValueError):
    """What is saved was typed over something older than what stands now. Carries a sentence."""


FIELDS = ("account_id", "contract_id", "excluded_reason", "review_on")
NAME_LENGTH = 300


class FirstWriteApproved(NamedTuple):
    """When a person saved what they were shown of the first write, and its units by product."""

    at: datetime | None
    units: Mapping[str, int]


NOT_APPROVED = FirstWriteApproved(None, {})


def set_company_mapping(  # noqa: PLR0913 - a place, its names, and what a person has seen of it
    integration: Integration,
    company: Company,
    account_id: int,
    contract_id: int,
    *,
    actor: str,
    names: tuple[str, str] | None = None,
    first_write_approved_at: datetime | None = None,
    first_units: Mapping[str, int] | None = None,
    was: str | None = None,
) -> bool:
    """Bill the company on that contract. False, and no ledger entry, where it stands so already.

    `was`: the seal of the mapping that the person looked at; raises ChangedMeanwhile where it is another now.

    `names`: of account and contract, where the caller has them. `first_write_approved_at`: when a person was
    shown what the first write will be and saved it; without, a sync holds it and asks. `first_units`: what
    they were shown, by product.
    """
    if names is None:
        names = (
            account_names(integration, [account_id]).get(account_id, ""),
            contract_names(integration, [contract_id]).get(contract_id, ""),
        )
    place: dict[str, object] = {"account_id": account_id, "contract_id": contract_id}
    new = place | {"excluded_reason": "", "review_on": None}
    first = FirstWriteApproved(first_write_approved_at, first_units or {})
    return _save(integration, company, new, actor, names, first, was=was)


def forget_company_mapping(
    integration: Integration, company: Company, *, actor: str, was: str | None = None
) -> bool:
    """The company is billed nowhere, and not excluded either: it is shown as not being billed."""
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        row = CompanyMapping.objects.filter(integration=integration, company=company).first()
        if row is None:
            return False
        _refuse_changed(row, company, was)
        old = {name: getattr(row, name) for name in FIELDS}
        row.delete()
        append(
            integration.partner_id,
            "company-mapping.removed",
            actor=actor,
            data={"company": company.ref, "old": old},
            integration_id=integration.pk,
            contract_id=row.contract_id,
        )
        return True


def exclude_company(
    integration: Integration,
    company: Company,
    *,
    reason: str,
    review_on: date | None,
    actor: str,
    was: str | None = None,
) -> bool:
    """Never bill the company, for that reason. Where it was billed before stays known."""
    if not reason.strip():
        raise ValueError("An excluded company needs a reason.")
    new: dict[str, object] = {"excluded_reason": reason.strip(), "review_on": review_on}
    return _save(integration, company, new, actor, was=was)


def _save(
    integration: Integration,
    company: Company,
    new: dict[str, object],
    actor: str,
    names: tuple[str, str] | None = None,
    first: FirstWriteApproved = NOT_APPROVED,
    *,
    was: str | None = None,
) -> bool:
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        row = CompanyMapping.objects.filter(integration=integration, company=company).first()
        old = {name: None if row is None else getattr(row, name) for name in FIELDS}
        new = old | {"excluded_reason": old["excluded_reason"] or ""} | new
        if row is not None and new == old:
            _take_names(row, names)
            return _approve_first_write(row, first, actor)
        _refuse_changed(row, company, was)
        row = row or CompanyMapping(integration=integration, company=company)
        if _is_written_elsewhere(old, new):
            row.first_write_approved_at, row.first_write_units = first.at, dict(first.units)
            row.last_status = ""  # it spoke of the former place
        for name, value in new.items():
            setattr(row, name, value)
        row.account_name, row.contract_name = names or (row.account_name, row.contract_name)
        row.save()
        told = {"company": company.ref, "old": old, "new": new}
        if row.first_write_approved_at is not None and row.first_write_approved_at == first.at:
            told["first_write"] = "approved"
        append(
            integration.partner_id,
            "company-mapping.changed",
            actor=actor,
            data=told,
            integration_id=integration.pk,
            contract_id=row.contract_id,
        )
        return True


def seal_of_mapping(row: CompanyMapping | None) -> str:
    """Changes with whatever a person can set about it."""
    told = "" if row is None else repr([getattr(row, name) for name in FIELDS])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _refuse_changed(row: CompanyMapping | None, company: Company, was: str | None) -> None:
    if was is None or was == seal_of_mapping(row):
        return
    if row is None:
        now = "it is not mapped any more"
    elif row.excluded_reason:
        now = f"it is excluded now: {row.excluded_reason}"
    else:
        now = f"it is mapped to {row.account_name}, {row.contract_name} now"
    raise ChangedMeanwhile(f"{company.name} was changed meanwhile: {now}. Look at it, then save again.")


def _take_names(row: CompanyMapping, names: tuple[str, str] | None) -> None:
    """Saved again as it was: whoever did so has seen that BMS renamed them."""
    if names is not None and names != (row.account_name, row.contract_name):
        row.account_name, row.contract_name = names
        row.save(update_fields=["account_name", "contract_name"])


def _approve_first_write(row: CompanyMapping, first: FirstWriteApproved, actor: str) -> bool:
    if first.at is None or row.first_write_approved_at is not None:
        return False
    row.first_write_approved_at, row.first_write_units = first.at, dict(first.units)
    row.save(update_fields=["first_write_approved_at", "first_write_units"])
    append(
        row.integration.partner_id,
        "company-mapping.first-write-approved",
        actor=actor,
        data={"company": row.company.ref},
        integration_id=row.integration_id,
        contract_id=row.contract_id,
    )
    return True


def _is_written_elsewhere(old: dict[str, object], new: dict[str, object]) -> bool:
    place = ("account_id", "contract_id")
    billed_again = bool(old["excluded_reason"]) and not new["excluded_reason"]
    return billed_again or any(old[name] != new[name] for name in place)


def set_product_mapping(
    integration: Integration,
    product: str,
    service_id: int,
    service_name: str,
    *,
    actor: str,
    was: str | None = None,
) -> bool:
    """Bill the product as that service. Every company's first write of it must then be approved.

    `was`: the service that the person saw it mapped to, empty for none. Raises ChangedMeanwhile.
    """
    with transaction.atomic():
        Integration.objects.select_for_update().get(pk=integration.pk)
        row = ProductMapping.objects.filter(integration=integration, product=product).first()
        old = None if row is None else row.service_id
        if old == service_id:
            return False
        if was is not None and was != str(old or ""):
            now = f"billed as {row.service_name}" if row else "not mapped"
            raise ChangedMeanwhile(f"It was changed meanwhile, and is {now} now. Choose again.")
        row = row or ProductMapping(integration=integration, product=product)
        row.service_id, row.service_name = service_id, service_name[:NAME_LENGTH]
        row.save()
        CompanyMapping.objects.filter(integration=integration).update(first_write_approved_at=None)
        append(
            integration.partner_id,
            "product-mapping.changed",
            actor=actor,
            data={"product": product, "old": {"service": old}, "new": {"service": service_id}},
            integration_id=integration.pk,
            service_id=service_id,
        )
        return True
