"""Mappings from a CSV file: all of it or nothing, and twice is as good as once."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.mappings.catalog_age import OpenBms, refresh_if_old
from seatbridge.mappings.checking import Choices, read_choices
from seatbridge.mappings.company_rows import FIELDS, CompanyRow, read_company_rows
from seatbridge.mappings.editing import exclude_company, set_company_mapping, set_product_mapping
from seatbridge.mappings.file_rows import FileRow, Source, an_id, read_rows
from seatbridge.mappings.models import CompanyMapping
from seatbridge.mappings.row_faults import RowReader, Unique
from seatbridge.reconcile.words import day
from seatbridge.usage import cells
from seatbridge.usage.models import Company
from seatbridge.usage.refusals import Faults
from seatbridge.usage.words import PRODUCT_WORDS

PRODUCT_FIELDS = ("product", "service_id")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who imports, and when: `now` real and aware, `today` the billing day in the partner's zone."""

    actor: str
    now: datetime
    today: date
    open_bms: OpenBms


@dataclass(slots=True)
class MappingReport:
    """`notes`: what was accepted and should be looked at."""

    rows: int
    changed: int = 0
    notes: list[str] = field(default_factory=list)


def import_company_mappings(integration: Integration, source: Source, asking: Asking) -> MappingReport:
    """Companies that the file does not name keep their mapping.

    Raises ImportRefused with rows and fields; PsaError where the catalog had to be read and could not be.
    """
    read = _read_companies(integration, source, asking)
    report = MappingReport(read.rows, notes=read.notes)
    with transaction.atomic():
        for row in read.found:
            report.changed += _save(integration, row, read.choices, asking.actor)
    return report


@dataclass(frozen=True, slots=True)
class _ReadFile:
    rows: int
    found: list[CompanyRow]
    notes: list[str]
    choices: Choices


def _read_companies(integration: Integration, source: Source, asking: Asking) -> _ReadFile:
    rows = read_rows(source, FIELDS, required=("company",))
    refresh_if_old(integration, asking.open_bms, asking.now)
    companies = {row.ref: row for row in Company.objects.filter(partner=integration.partner_id)}
    mapped = CompanyMapping.objects.filter(integration=integration).values_list("company__ref", "review_on")
    choices = read_choices(integration)
    found, notes = read_company_rows(rows, companies, choices, asking.today, dict(mapped))
    return _ReadFile(len(rows), found, notes, choices)


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of a file: what it is about, before and after, in words."""

    what: str
    before: str
    after: str


def preview_company_mappings(
    integration: Integration, source: Source, asking: Asking
) -> tuple[MappingReport, list[RowChange]]:
    """What `import_company_mappings` would change. Raises what it raises, and saves nothing."""
    read = _read_companies(integration, source, asking)
    rows = CompanyMapping.objects.filter(integration=integration)
    stands = {row.company_id: row for row in rows}
    changes = []
    for row in read.found:
        before = _place_words(stands.get(row.company.pk), read.choices)
        after = _place_of_row(row, read.choices)
        if before != after:
            changes.append(RowChange(row.company.name, before, after))
    return MappingReport(read.rows, len(changes), read.notes), changes


def _place_words(mapping: CompanyMapping | None, choices: Choices) -> str:
    if mapping is None:
        return "not mapped"
    if mapping.excluded_reason:
        return _excluded_words(mapping.excluded_reason, mapping.review_on)
    return _contract_words(mapping.account_id or 0, mapping.contract_id or 0, choices)


def _place_of_row(row: CompanyRow, choices: Choices) -> str:
    if row.reason:
        return _excluded_words(row.reason, row.review_on)
    return _contract_words(row.account_id or 0, row.contract_id or 0, choices)


def _excluded_words(reason: str, review_on: date | None) -> str:
    return f"excluded: {reason}" + (f", review {day(review_on)}" if review_on else "")


def _contract_words(account_id: int, contract_id: int, choices: Choices) -> str:
    account, contract = choices.accounts.get(account_id), choices.contracts.get(contract_id)
    whose = account.name if account else f"account {account_id}"
    which = contract.name if contract else "contract"
    return f"{whose} · {which} ({contract_id})"


def _save(integration: Integration, row: CompanyRow, choices: Choices, actor: str) -> bool:
    if row.reason or row.account_id is None or row.contract_id is None:
        return exclude_company(
            integration, row.company, reason=row.reason, review_on=row.review_on, actor=actor
        )
    names = (choices.accounts[row.account_id].name, choices.contracts[row.contract_id].name)
    return set_company_mapping(
        integration, row.company, row.account_id, row.contract_id, actor=actor, names=names
    )


def import_product_mappings(integration: Integration, source: Source, asking: Asking) -> MappingReport:
    """Products that the file does not name keep their service. Raises as `import_company_mappings`."""
    rows = read_rows(source, PRODUCT_FIELDS, required=PRODUCT_FIELDS)
    refresh_if_old(integration, asking.open_bms, asking.now)
    choices = read_choices(integration)
    wanted = _read_products(rows, choices)
    report = MappingReport(len(rows))
    with transaction.atomic():
        for product, service_id in wanted.items():
            service = choices.services[service_id]
            report.changed += set_product_mapping(
                integration, product, service_id, service.name, actor=asking.actor
            )
            if not service.is_active:
                report.notes.append(f"Service {service_id}, {service.name}, is inactive in BMS.")
    return report


def _read_products(rows: list[FileRow], choices: Choices) -> dict[str, int]:
    """Product -> service id."""
    product_of = cells.word(PRODUCT_WORDS, what="product")
    faults, unique = Faults(), Unique("product")
    wanted: dict[str, int] = {}
    for row in rows:
        reader = RowReader(row, faults)
        product = reader.read("product", product_of)
        service_id = reader.read("service_id", an_id)
        if reader.is_sound and service_id not in choices.services:
            what = "is empty." if service_id is None else f"BMS has no service {service_id}."
            reader.refuse("service_id", what)
        if product is None or service_id is None or not reader.is_sound:
            continue
        if unique.is_new(product, row, faults):
            wanted[product] = service_id
    faults.raise_if_any()
    return wanted
