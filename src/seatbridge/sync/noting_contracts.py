"""What a run read of contracts: kept for pages, and accepted successors taken into force by it."""

from seatbridge.catalog.noting import note_reading
from seatbridge.mappings.renewing.taking import take_into_force
from seatbridge.reconcile.facts import Facts
from seatbridge.sync.running import Running


def note_contracts(running: Running, facts: Facts) -> None:
    """Must run in the transaction of the plan, which is computed as if they were taken into force already:
    of `facts`. One that was accepted since then is taken into force with the plan that knows it.

    A preview decides nothing: it shows what is due, and leaves the taking to the next sync.
    """
    reading = running.seen.reading
    note_reading(running.integration, reading.contracts, reading.lines, running.service_ids)
    if facts.renewals and not (running.run.dry_run or facts.only_put_backs):
        take_into_force(
            running.integration,
            reading.contracts,
            today=running.today(),
            actor=running.run.actor,
            now=running.now(),
        )
