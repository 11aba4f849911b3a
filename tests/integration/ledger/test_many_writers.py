from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from seatbridge.ledger.models import LedgerEntry
from seatbridge.ledger.verifying import Verified, verify
from seatbridge.ledger.writing import append
from seatbridge.partners.models import Partner

WRITERS, EACH = 4, 10


def _closing(work: Callable[[int], None]) -> Callable[[int], None]:
    def run(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    return run


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain(northgate: Partner) -> None:
    def write(number: int) -> None:
        for _ in range(EACH):
            with transaction.atomic():
                append(northgate.id, "line.written", actor=f"writer {number}", data={})

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(_closing(write), range(WRITERS)))
    verified = verify(northgate.id)
    assert isinstance(verified, Verified), verified
    assert verified.entries == WRITERS * EACH
    assert LedgerEntry.objects.values("actor").distinct().count() == WRITERS
