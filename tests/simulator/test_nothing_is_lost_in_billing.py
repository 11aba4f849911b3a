from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from bms_simulator.lines import terms_on
from bms_simulator.periods import ONE_DAY, periods_from
from bms_simulator.world import World
from tests.simulator.worlds import CONTOSO, NORTHWIND, STANDARD, Bms, element, world


def worth(world: World, contract_id: int) -> Decimal:
    """What the contract's lines are worth by their terms, day for day, in all that is posted of 2026."""
    contract = world.contracts[contract_id]
    total = Decimal(0)
    for period in periods_from(contract, contract.start):
        for offset in range((min(period.end, contract.posted_until) - period.start).days):
            for line in world.lines_of_contract(contract_id):
                terms = terms_on(line, period.start + timedelta(days=offset))
                total += terms.amount / period.whole_days if terms else 0
    return total


def billed(world: World, contract_id: int) -> Decimal:
    lines = [line for invoice in world.invoices for line in invoice.lines if line.contract_id == contract_id]
    waiting = [proration.amount for proration in world.transactions.get(contract_id, ())]
    return sum((line.total_price for line in lines), Decimal(0)) + sum(waiting, Decimal(0))


@pytest.mark.parametrize("seed", range(12))
def test_invoices_and_what_still_waits_add_up_to_the_terms_day_for_day(seed: int) -> None:
    random = Random(seed)  # noqa: S311 a repeatable history
    bms = Bms(world(date="2026-01-01", lines=[], token_minutes=10**6, behaviour="adjusts"))
    for _ in range(25):
        day = bms.simulator.world.today + timedelta(days=random.randint(-40, 40))
        day = min(max(day, date(2026, 1, 1)), date(2026, 12, 31))
        price = random.choice([5.0, 5.0, 6.25])
        contract_id = random.choice([NORTHWIND, CONTOSO])
        bms.post_service(contract_id, element(random.randint(0, 60), day.isoformat(), UnitPrice=price))
        bms.simulator.advance(bms.simulator.world.today + random.randint(0, 20) * ONE_DAY)
    bms.simulator.advance(max(bms.simulator.world.today, date(2027, 2, 2)))
    for contract_id in (NORTHWIND, CONTOSO):
        difference = billed(bms.simulator.world, contract_id) - worth(bms.simulator.world, contract_id)
        # Every invoice line is rounded by itself.
        assert abs(difference) < Decimal("0.5")
        assert billed(bms.simulator.world, contract_id) > 100
    assert len(bms.lines(STANDARD)) == 2
