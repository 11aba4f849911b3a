"""What an integration's page tells in small: of many tables, by one query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from seatbridge.catalog.models import SeenContract
from seatbridge.integrations.models import Integration
from seatbridge.integrations.states import refused_sign_ins
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.mappings.searching import OFF
from seatbridge.usage.models import Company
from seatbridge.usage.products import PRODUCTS


@dataclass(frozen=True, slots=True)
class SetUp:
    """`services`: product -> the service that it is billed as. Companies are counted as Company Mapping does.

    `mapped`: with a contract. `off`: excluded, or of a kind that is never billed.
    """

    companies: int
    mapped: int
    off: int
    services: Mapping[str, int | None]
    test_contract_name: str
    sign_in_is_refused: bool


def set_up_of(integration: Integration) -> SetUp:
    here = OuterRef("pk")
    companies = Company.objects.filter(partner=OuterRef("partner"))
    mappings = CompanyMapping.objects.filter(integration=here)
    of_company = CompanyMapping.objects.filter(integration=integration, company=OuterRef("pk"))
    tests = SeenContract.objects.filter(integration=here, contract_id=OuterRef("test_contract_id"))
    row: dict[str, Any] = Integration.objects.values(  # type: ignore[assignment]  # typed as if it were fixed
        all_companies=_count(companies),
        mapped_companies=_count(mappings.filter(excluded_reason="")),
        excluded_companies=_count(mappings.exclude(excluded_reason="")),
        never_billed=_count(companies.filter(OFF).exclude(Exists(of_company))),
        test_contract_name=Subquery(tests.values("name")[:1]),
        sign_in_is_refused=Exists(refused_sign_ins(integration)),
        **{f"service_of_{product}": _service(product) for product in PRODUCTS},
    ).get(pk=integration.pk)
    return SetUp(
        companies=row["all_companies"],
        mapped=row["mapped_companies"],
        off=row["excluded_companies"] + row["never_billed"],
        services={product: row[f"service_of_{product}"] for product in PRODUCTS},
        test_contract_name=row["test_contract_name"] or "",
        sign_in_is_refused=row["sign_in_is_refused"],
    )


def _service(product: str) -> Subquery:
    rows = ProductMapping.objects.filter(integration=OuterRef("pk"), product=product)
    return Subquery(rows.values("service_id")[:1])


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(rows=Count("pk")).values("rows")
    return Coalesce(Subquery(counted), 0)
