"""An integration taken away: only while nothing is under way in its BMS company, and nothing owed there."""

from django.db import transaction

from seatbridge.integrations.changing import tell
from seatbridge.integrations.models import Integration
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.standing import open_owed


class NotRemovable(Exception):
    """Carries a sentence: what must come to its end first."""


def has_run(integration: Integration) -> bool:
    """From its first run on, an integration stays with its BMS company."""
    return SyncRun.objects.filter(integration=integration).exists()


def remove_integration(integration: Integration, *, actor: str) -> None:
    """Its settings, mappings and runs go; what BMS bills stays as it is, and the ledger keeps everything.

    Raises NotRemovable.
    """
    with transaction.atomic():
        row = Integration.objects.select_for_update().get(pk=integration.pk)
        if row.enabled:
            raise NotRemovable("The integration is on. Switch it off first, then remove it.")
        if SyncRun.objects.filter(integration=row, state__in=SyncRun.ACTIVE).exists():
            raise NotRemovable("A run is under way. Cancel it, or wait for its end.")
        owed = open_owed(row).count()
        if owed:
            lines = "1 line is" if owed == 1 else f"{owed} lines are"
            raise NotRemovable(
                f"{lines} not finished in BMS and may stand at 0. Bring that to its end first."
            )
        facts = {"hostname": row.hostname, "company_name": row.company_name, "username": row.username}
        tell(row, "integration.removed", actor, facts)
        row.delete()
