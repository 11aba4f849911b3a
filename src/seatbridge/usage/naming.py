"""The companies that the staged rows name, as a condition."""

from django.db.models import Q
from django.db.models.expressions import RawSQL


def named_in_staging() -> Q:
    return Q(pk__in=RawSQL("SELECT company_id FROM usage_staged", []))
