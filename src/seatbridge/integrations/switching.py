"""The switch: off means that nothing is written to BMS by anyone or anything."""

from django.db import transaction

from seatbridge.integrations.changing import change
from seatbridge.integrations.models import Integration
from seatbridge.integrations.schedules import plan


def enable(integration: Integration, *, actor: str) -> list[str]:
    """Switching on also ends a stop: a person has looked. Returns what a person should read."""
    integration.refresh_from_db(fields=["stopped_reason"])
    why = integration.stopped_reason
    with transaction.atomic():  # the integration is held before its schedule, as by whoever sets that
        change(integration, "integration.enabled", actor, {"enabled": True, "stopped_reason": ""})
        plan([integration])
    said = ["Writing to BMS is on."]
    if why:
        said.append(f"It had been stopped: {why}. That stop is lifted.")
    return said


def disable(integration: Integration, *, actor: str) -> list[str]:
    """A run in flight stops before its next write."""
    change(integration, "integration.disabled", actor, {"enabled": False})
    return ["Writing to BMS is off. Settings can be edited and previews still work."]
