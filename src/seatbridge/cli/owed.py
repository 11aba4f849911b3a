"""`owed list|finish|restore|leave`: lines that we touched in BMS and could not bring to their end."""

from datetime import date
from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.connecting import connected
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.finding import find_integration
from seatbridge.cli.options import AsJson, group
from seatbridge.cli.printing import answer, print_document, print_table, tell
from seatbridge.integrations.clocks import billing_now, clock
from seatbridge.reconcile.words import amount, day, either_unknown
from seatbridge.sync.models import Owed
from seatbridge.sync.stated.answering import AnsweredBefore, NotOffered, OwedChoice, answer_owed, choices_of
from seatbridge.sync.stated.owed_day import OwedNotNow, open_day

app = group("Owed: lines touched in BMS that are not brought to their end yet.")
OwedId = Annotated[int, typer.Argument(metavar="OWED", help="What is owed: seatbridge owed list")]
COLUMNS = (
    "Owed",
    "Integration",
    "Contract",
    "Line",
    "Companies",
    "Units",
    "At stake",
    "Stands",
    "Waits for you",
)
SAID = {
    OwedChoice.FINISH: "The next sync brings it to its end.",
    OwedChoice.RESTORE: "The next sync puts the line's price back. Correct the invoice if it was posted.",
    OwedChoice.LEAVE: "It is left as it stands in BMS: put it right there by hand, then confirm its units.",
}


@app.command("list")
def list_owed(
    integration: Annotated[int | None, typer.Argument(metavar="INTEGRATION")] = None,
    *,
    as_json: AsJson = False,
) -> int:
    """List what is owed, and what waits for a person."""
    rows = Owed.objects.exclude(phase=Owed.Phase.SETTLED).order_by("pk")
    if integration is not None:
        rows = rows.filter(integration=find_integration(integration))
    found = list(rows.select_related("integration"))
    if as_json:
        print_document([_document(owed) for owed in found])
    elif found:
        print_table(COLUMNS, map(_cells, found))
    else:
        tell(["Nothing is owed."])
    return 1 if any(owed.waits_for_person for owed in found) else 0


@app.command()
def finish(number: OwedId, *, as_json: AsJson = False) -> int:
    """Bring the line to its end, from the first period that is not posted."""
    return _answer(number, OwedChoice.FINISH, as_json=as_json)


@app.command()
def restore(number: OwedId, *, as_json: AsJson = False) -> int:
    """Put the line's former price back."""
    return _answer(number, OwedChoice.RESTORE, as_json=as_json)


@app.command()
def leave(number: OwedId, *, as_json: AsJson = False) -> int:
    """Leave the line as it stands in BMS."""
    return _answer(number, OwedChoice.LEAVE, as_json=as_json)


def _answer(number: int, choice: OwedChoice, *, as_json: bool) -> int:
    owed = _find(number)
    if choice not in choices_of(owed):
        raise _not_offered(owed, choice)
    from_date = owed.effective_date if choice is OwedChoice.LEAVE else _open_day(owed)
    try:
        answer_owed(owed, choice, from_date=from_date, actor=actor(), now=clock().now())
    except AnsweredBefore:
        raise _nothing_more(number) from None
    except NotOffered:  # a sync moved it on meanwhile
        raise _not_offered(owed, choice) from None
    said = [SAID[choice]]
    if choice is not OwedChoice.LEAVE:
        said.append(f"Effective date: {day(owed.effective_date)}. Now: seatbridge sync {owed.integration_id}")
    answer(_document(owed), said, as_json=as_json)
    return 0


def _find(number: int) -> Owed:
    owed = Owed.objects.select_related("integration__partner").filter(pk=number).first()
    if owed is None:
        raise CommandRefused(f"Nothing is owed under number {number}.", fix="See: seatbridge owed list")
    if owed.phase == Owed.Phase.SETTLED:
        raise _nothing_more(number)
    return owed


def _nothing_more(number: int) -> CommandRefused:
    return CommandRefused(f"Nothing more is owed under number {number}.", fix="See: seatbridge owed list")


def _not_offered(owed: Owed, choice: OwedChoice) -> CommandRefused:
    fix = " or ".join(f"seatbridge owed {each} {owed.pk}" for each in choices_of(owed))
    return CommandRefused(f"{choice.capitalize()} does not fit what is owed under number {owed.pk}.", fix=fix)


def _open_day(owed: Owed) -> date:
    try:
        return open_day(owed, connected, billing_now(owed.integration))
    except OwedNotNow as not_now:
        leave_it = f"Nothing can be written there: seatbridge owed leave {owed.pk}"
        later = "Answer again from that day on, or put it right in BMS by hand and choose leave."
        fix = leave_it if not_now.is_gone else later
        raise CommandRefused(not_now.what, why=not_now.why, fix=fix, code=1) from not_now


def _cells(owed: Owed) -> tuple[object, ...]:
    stake = (owed.units or owed.units_before or 0) * owed.unit_price
    return (
        owed.pk,
        owed.integration_id,
        owed.contract_id,
        owed.line_id,
        ", ".join(ref for ref, _ in owed.members),
        f"{either_unknown(owed.units_before)} → {either_unknown(owed.units)}",
        amount(stake, owed.integration.currency),
        owed.phase,
        owed.waits_for_person or "no: the next sync goes on",
    )


def _document(owed: Owed) -> dict[str, object]:
    return {
        "id": owed.pk,
        "integration": owed.integration_id,
        "purpose": owed.purpose,
        "phase": owed.phase,
        "contract_id": owed.contract_id,
        "service_id": owed.service_id,
        "line_id": owed.line_id,
        "companies": owed.members,
        "units_before": owed.units_before,
        "units": owed.units,
        "unit_price": owed.unit_price,
        "effective_date": owed.effective_date,
        "waits_for_person": owed.waits_for_person,
    }
