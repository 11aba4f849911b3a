"""Reading a year of invoices while the page goes on."""

from seatbridge.integrations.clocks import billing_today, clock
from seatbridge.integrations.models import Integration
from seatbridge.mappings.behind import PATIENCE, Behind, Reading
from seatbridge.mappings.catalog_age import OpenBms
from seatbridge.mappings.models import CalendarProposal
from seatbridge.mappings.proposed_calendar import read_proposal

ProposalReading = Reading[CalendarProposal]
_readings: Behind[CalendarProposal] = Behind()


def begin_proposal(
    integration: Integration, open_bms: OpenBms, patience: float = PATIENCE
) -> ProposalReading:
    today = billing_today(integration)
    return _readings.begin(
        integration.pk,
        lambda: read_proposal(integration, open_bms, today=today, now=clock().now()),
        patience,
    )


def proposal_reading_of(integration: Integration) -> ProposalReading | None:
    return _readings.of(integration.pk)
