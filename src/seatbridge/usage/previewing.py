"""What a list of counts would make of each company's count: the first of them, one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from seatbridge.partners.models import Partner
from seatbridge.reconcile.facts import Count
from seatbridge.usage.counting import PRESET, Counting
from seatbridge.usage.counts import read_counts
from seatbridge.usage.products import PRODUCTS

MOST_SHOWN = 40

# New and changed numbers first; the same number again matters where a user list stands beside it.
_TOLD = """
FROM usage_staged s JOIN usage_company c ON c.id = s.company_id
LEFT JOIN usage_countreading r ON r.company_id = s.company_id AND r.product = s.product
 AND ((s.dated AND r.as_of = s.as_of) OR (NOT s.dated AND r.newest))
WHERE r.id IS NULL OR r.value <> s.value OR c.roster_feed_id IS NOT NULL
"""
_IS_SAME = "CASE WHEN r.value = s.value THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class CountChange:
    """`before`, `after`: what counts for billing; None: nothing is known. `note`: another list disagrees."""

    company: str
    product: str
    before: int | None
    after: int | None
    listed: int  # in the file
    note: str


class CountPreview:
    """Asked before and after the same merge, within its transaction. Bounded, whatever the file."""

    def __init__(self, partner: Partner, now: datetime, counting: Counting = PRESET) -> None:
        self.changes: list[CountChange] = []
        self.more = 0
        self._partner, self._now, self._counting = partner, now, counting
        self._listed: list[tuple[str, str, str, int]] = []  # ref, name, product, value
        self._before: Mapping[tuple[str, str], Count] = {}

    def before(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) {_TOLD}")
            total = int(cursor.fetchone()[0])
            cursor.execute(
                f"SELECT c.ref, c.name, s.product, s.value {_TOLD}"
                f" ORDER BY {_IS_SAME}, c.name, s.product LIMIT {MOST_SHOWN}"
            )
            self._listed = cursor.fetchall()
        self.more = total - len(self._listed)
        self._before = self._read()

    def after(self) -> None:
        after = self._read()
        for ref, name, product, value in self._listed:
            was, is_now = self._before[ref, product], after[ref, product]
            self.changes.append(CountChange(name, product, was.value, is_now.value, value, is_now.warning))

    def _read(self) -> Mapping[tuple[str, str], Count]:
        refs = {ref for ref, *_ in self._listed}
        return read_counts(self._partner, PRODUCTS, self._now, refs, counting=self._counting).counts
