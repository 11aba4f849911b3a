"""What an integration still owes to BMS: lines that we touched and did not bring to their end yet."""

from django.db.models import QuerySet

from seatbridge.integrations.models import Integration
from seatbridge.sync.models import Owed


def open_owed(integration: Integration) -> QuerySet[Owed]:
    return Owed.objects.filter(integration=integration).exclude(phase=Owed.Phase.SETTLED).order_by("pk")
