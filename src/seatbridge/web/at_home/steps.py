"""From the first sign-in to the first sync: what is done, and the one thing to do next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import Integration
from seatbridge.mappings.models import CompanyMapping, ProductMapping
from seatbridge.mappings.renewing.listing import asking_for_endings
from seatbridge.sync.shown.current import Standing
from seatbridge.usage.models import Company
from seatbridge.web.links import link


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    why: str
    done: bool
    url: str
    button: str
    is_next: bool = False


def with_setup(rows: QuerySet[Integration]) -> QuerySet[Integration]:
    """What is there already, by the query that reads the integrations anyway."""
    rows = asking_for_endings(rows, clock().billing_now().date())
    return rows.annotate(
        has_companies=Exists(Company.objects.filter(partner=OuterRef("partner_id"))),
        has_products=Exists(ProductMapping.objects.filter(integration=OuterRef("pk"))),
        has_mappings=Exists(CompanyMapping.objects.filter(integration=OuterRef("pk"))),
    )


def steps_of(
    integration: Integration | None, standing: Standing | None, *, has_companies: bool
) -> list[Step]:
    page = link("integrations") if integration is None else link("integration", integration.pk)
    changes = link("changes")
    known = integration is not None
    steps = [
        Step(
            "Connect Kaseya BMS",
            "Hostname, user and password of an API user that may do no more than this needs.",
            known and integration.authenticated_at is not None,  # type: ignore[union-attr]
            page,
            "Connect Kaseya BMS",
        ),
        Step(
            "Bring in companies and users",
            "A CSV file from Password Boss, or your own program by the API.",
            has_companies,
            link("uploads"),
            "Upload counts",
        ),
        Step(
            "Say which service bills which product",
            "Product Mappings: Standard and Advanced, each one BMS service.",
            bool(getattr(integration, "has_products", False)),
            page,
            "Map products",
        ),
        Step(
            "Choose each company's contract",
            "Suggestions by name are there to accept.",
            bool(getattr(integration, "has_mappings", False)),
            link("companies"),
            "Map companies",
        ),
        Step(
            "Preview",
            "Reads BMS, compares, shows every change in units and money, and writes nothing.",
            standing is not None and standing.base is not None,
            changes,
            "Preview the first sync",
        ),
        Step(
            "Approve the first sync",
            "Nothing is written before you have looked at the plan.",
            known and integration.first_run_approved_at is not None,  # type: ignore[union-attr]
            changes,
            "Look at the plan",
        ),
    ]
    return _with_next(steps)


def _with_next(steps: Sequence[Step]) -> list[Step]:
    at = next((number for number, step in enumerate(steps) if not step.done), None)
    return [
        Step(step.title, step.why, step.done, step.url, step.button, number == at)
        for number, step in enumerate(steps)
    ]
