"""Of all that the ledger keeps, what people set: the rest is what runs did."""

from django.db.models import Q, QuerySet

from seatbridge.ledger.models import LedgerEntry

# Subjects of `subject.verb`. What runs write: run, write, verdict.
SUBJECTS = (
    "member",
    "invitation",
    "api-token",
    "integration",
    "company-mapping",
    "product-mapping",
    "company",
    "renewal",
    "line",
    "owed",
    "import",
    "operator",
)


def only_settings(entries: QuerySet[LedgerEntry], search: str = "") -> QuerySet[LedgerEntry]:
    """`search`: in who, what, and the values. Each word must occur."""
    wanted = Q()
    for subject in SUBJECTS:
        wanted |= Q(event__startswith=f"{subject}.")
    found = entries.filter(wanted)
    for word in search.replace("\0", "").split():
        found = found.filter(Q(actor__icontains=word) | Q(event__icontains=word) | Q(data__icontains=word))
    return found
