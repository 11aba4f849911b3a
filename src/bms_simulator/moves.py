"""Move the billing date, or post out of turn."""

from datetime import date

from bms_simulator import invoice_run
from bms_simulator.invoices import Invoice
from bms_simulator.posting import is_posting_day, posting_kinds
from bms_simulator.reading import BadInputError
from bms_simulator.state import State


def move_date(state: State, day: date) -> list[Invoice]:
    if day < state.world.today:
        raise BadInputError(f"The date is {state.world.today.isoformat()} and moves forward only.")
    made = invoice_run.advance(state.world, day)
    state.view.forget_totals()
    return made


def post_now(state: State, on: date | None, kind: str | None) -> list[Invoice]:
    """Without `kind`: the contracts whose posting day `on` is, all of them where it is nobody's."""
    world = state.world
    day = on or world.today
    if kind:
        return invoice_run.post(world, day, lambda contract: contract.issue_on == kind)
    meant = {each.id for each in world.contracts.values() if is_posting_day(each, world.knobs, day)}
    anybody = not (meant or posting_kinds(world.knobs, day))
    return invoice_run.post(world, day, lambda contract: anybody or contract.id in meant)
