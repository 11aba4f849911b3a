"""The clock of this process: real time, and billing time as the operator shifted it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from seatbridge.config.start import current
from seatbridge.integrations.models import Integration
from seatbridge.kit.clock import Clock
from seatbridge.partners.models import Partner


def clock() -> Clock:
    return Clock(billing_offset=current().date_offset)


def billing_now(integration: Integration) -> datetime:
    """In the partner's zone."""
    return billing_now_of(integration.partner)


def billing_now_of(partner: Partner) -> datetime:
    return clock().billing_now().astimezone(ZoneInfo(partner.timezone))


def billing_today(integration: Integration) -> date:
    return billing_now(integration).date()
