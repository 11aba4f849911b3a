"""Every change of a setting: locked, compared, saved, and told to the ledger with old and new value."""

from collections.abc import Mapping

from django.db import transaction

from seatbridge.integrations.models import Integration
from seatbridge.ledger.writing import append


class SettingRefused(ValueError):
    """A value that cannot be; carries a sentence for whoever typed it, and the field that it speaks of."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class SettingTaken(SettingRefused):
    """What was asked for is there already, elsewhere."""


def change(integration: Integration, event: str, actor: str, new: Mapping[str, object]) -> bool:
    """Set the fields in `new` on the row and on `integration`. False, and no entry, where nothing differs."""
    with transaction.atomic():
        row = Integration.objects.select_for_update().get(pk=integration.pk)
        changed = {field: value for field, value in new.items() if getattr(row, field) != value}
        old = {field: getattr(row, field) for field in changed}
        for field, value in new.items():
            setattr(integration, field, value)
        if not changed:
            return False
        Integration.objects.filter(pk=row.pk).update(**changed)
        tell(integration, event, actor, {"old": old, "new": changed})
        return True


def tell(integration: Integration, event: str, actor: str, data: Mapping[str, object]) -> None:
    append(integration.partner_id, event, actor=actor, data=data, integration_id=integration.pk)
