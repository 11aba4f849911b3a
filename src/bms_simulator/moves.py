"""Move the billing date, or post out of turn."""

from datetime import date

from bms_simulator import invoice_run
from bms_simulator.invoices import Invoice
from bms_simulator.posting import posting_kinds
from bms_simulator.reading import BadInputError
from bms_simulator.state import State

BOTH = frozenset({"start", "end"})


def move_date(state: State, day: date) -> list[Invoice]:
    if day < state.world.today:
        raise BadInputError(f"The date is {state.world.today.isoformat()} and moves forward only.")
    made = invoice_run.advance(state.world, day)
    state.view.forget_totals()
    return made


def post_now(state: State, on: date | None, kind: str | None) -> list[Invoice]:
    """Without `kind`: the contracts whose posting day `on` is, all of them where it is nobody's."""
    day = on or state.world.today
    kinds = frozenset({kind}) if kind else posting_kinds(state.world.knobs, day) or BOTH
    return invoice_run.post(state.world, day, kinds)
