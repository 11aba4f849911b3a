"""The kept facts of the newest whole plan, read back."""

import zlib

import msgspec

from seatbridge.integrations.models import Integration
from seatbridge.reconcile.facts import Approvals, Facts, Instructions
from seatbridge.sync.kept_facts import SHAPE, KeptFacts
from seatbridge.sync.models import LastFacts


def last_facts(integration: Integration) -> tuple[int, Facts] | None:
    """The run and its facts. None: there is no plan, or one of an older release that kept none like these."""
    row = LastFacts.objects.filter(integration=integration).first()
    if row is None:
        return None
    try:
        kept = msgspec.json.decode(zlib.decompress(bytes(row.document)), type=KeptFacts)
    except msgspec.ValidationError:
        return None
    return (row.run_id, _facts(kept)) if kept.shape == SHAPE else None


def _facts(kept: KeptFacts) -> Facts:
    return Facts(
        now=kept.now,
        enabled=True,  # rules are tried as if the integration were on
        currency=kept.currency,
        companies={company.ref: company for company in kept.companies},
        products=kept.products,
        counts={(company, product): count for company, product, count in kept.counts},
        company_mappings=kept.company_mappings,
        product_mappings=kept.product_mappings,
        contracts={contract.id: contract for contract in kept.contracts},
        lines=tuple(kept.lines),
        known={(contract, service): known for contract, service, known in kept.known},
        invoiced={(contract, service): row for contract, service, row in kept.invoiced},
        calendar=kept.calendar,
        verdict=kept.verdict,
        approvals=Approvals(first_run_done=kept.first_run_done),
        decisions={(contract, service): row for contract, service, row in kept.decisions},
        feed=kept.feed,
        stopped=kept.stopped,
        put_backs={(contract, service): order for contract, service, order in kept.put_backs},
        last_before_posting=kept.last_before_posting,
        beside=kept.beside,
        instructions=Instructions(
            tuple({(contract, service): units for contract, service, units in each} for each in kept.changes),
            {(company, product): stop for company, product, stop in kept.stops},
            {(contract, service): line for contract, service, line in kept.new_lines},
            {(contract, service): units for contract, service, units in kept.kept},
        ),
        crowded=frozenset(kept.crowded),
    )
