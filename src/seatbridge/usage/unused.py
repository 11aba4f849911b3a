"""Which products a company is known to have no users of: a real zero, never a count that is missing."""

from django.db.models import F, Value

from seatbridge.usage.models import Company, CompanyUser, CountReading
from seatbridge.usage.products import PRODUCTS


def unused_products(company: Company) -> set[str]:
    """Whoever is on its roster uses a product, counted or not. One query, for any number of users."""
    on_roster = CompanyUser.objects.filter(company=company).exclude(status="deleted")
    readings = CountReading.objects.filter(company=company, newest=True)
    rows = list(
        on_roster.annotate(said=F("product"), users=Value(1))
        .values_list("said", "users")
        .union(readings.annotate(said=F("product"), users=F("value")).values_list("said", "users"))
    )
    known = {product for product, _ in rows} if company.roster_feed_id is None else set(PRODUCTS)
    return known - {product or company.level for product, users in rows if users}
