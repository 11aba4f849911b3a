"""The staged users become the rosters of the companies that the file names."""
# ruff: noqa: S608 - the statement is put together from this file's own names only

from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet

from seatbridge.usage.leaving import bring_back
from seatbridge.usage.models import Company, CompanyUser, Feed
from seatbridge.usage.naming import named_in_staging
from seatbridge.usage.reports import NAMED, Merged, some

_OPTIONAL = ("email", "name", "product", "since", "nfr")
_STAGED_COMPANIES = "SELECT company_id FROM usage_staged"
_OUR_COMPANIES = "SELECT id FROM usage_company WHERE partner_id = %s"


def merge_users(feed: Feed, present: Collection[str]) -> Merged:
    """`present`: the fields that the file has columns for; what is known of the others stays.

    Steps: 1 add and change · 2 who is not on a named company's roster has left; a complete list names all
    companies: whom it lacks has an empty roster, a real zero · 3 companies named again are back.
    """
    ours = Company.objects.filter(partner_id=feed.partner_id)
    users = CompanyUser.objects.filter(company__in=ours)
    before = users.count()
    with connection.cursor() as cursor:
        cursor.execute(_upsert(present))
        touched = cursor.rowcount
        scope, arguments = (_OUR_COMPANIES, [feed.partner_id]) if feed.complete else (_STAGED_COMPANIES, [])
        cursor.execute(
            "UPDATE usage_companyuser AS u SET status = 'deleted'"
            f" WHERE status <> 'deleted' AND company_id IN ({scope}) AND NOT EXISTS"
            " (SELECT 1 FROM usage_staged s WHERE s.company_id = u.company_id AND s.ref = u.ref)",
            arguments,
        )
        left = cursor.rowcount
        cursor.execute(
            f"UPDATE usage_company SET roster_feed_id = %s WHERE id IN ({scope})", [feed.pk, *arguments]
        )
    created = users.count() - before
    back = bring_back(ours.filter(named_in_staging(), left_at__lte=feed.as_of))
    emptied = _emptied(ours) if feed.complete else ()
    return Merged(created, touched - created, left, (*emptied, *back, *_without_product(ours)))


def _upsert(present: Collection[str]) -> str:
    fields = ["status", *(field for field in _OPTIONAL if field in present)]
    setting = ", ".join(f"{field} = excluded.{field}" for field in fields)
    differing = " OR ".join(
        f"COALESCE(u.{field} <> excluded.{field}, (u.{field} IS NULL) <> (excluded.{field} IS NULL))"
        for field in fields
    )
    return (
        "INSERT INTO usage_companyuser AS u (company_id, ref, email, name, status, product, since, nfr)"
        " SELECT company_id, ref, email, name, status, product, since, nfr FROM usage_staged WHERE true"
        f" ON CONFLICT (company_id, ref) DO UPDATE SET {setting} WHERE {differing}"
    )


def _emptied(ours: QuerySet[Company]) -> tuple[str, ...]:
    absent = ours.exclude(named_in_staging()).exclude(state="left")
    number = absent.count()
    names = list(absent.order_by("name").values_list("name", flat=True)[:NAMED])
    return (f"Not in this complete list, so without users: {some(names, number)}.",) if number else ()


def _without_product(ours: QuerySet[Company]) -> tuple[str, ...]:
    lost = CompanyUser.objects.filter(
        company__in=ours.filter(named_in_staging(), level=""),
        product="",
        status__in=["active", "invited"],
        nfr=False,
    ).count()
    said = f"{lost:,} users name no product, and their company has no level: they cannot be counted."
    return (said,) if lost else ()
