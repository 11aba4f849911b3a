"""What a run asks of a person: how units are to be written, and what must be changed in BMS by hand."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.text import Text

from seatbridge.cli.printing import OUT, print_table, shown
from seatbridge.integrations.methods import bms_company, verdict
from seatbridge.integrations.models import Integration
from seatbridge.reconcile.facts import BmsReading, Method
from seatbridge.reconcile.words import amount, day
from seatbridge.sync.shown.shown_lines import ShownLine

BY_HAND = "blocked:write-method"
ASKING = (BY_HAND, "error:psa-rejected")
TIMES = "\N{MULTIPLICATION SIGN}"
SEEN = {
    BmsReading.APPENDS: "The test write showed: your BMS adds a second line when a service is posted again.",
    BmsReading.REJECTS: "The test write showed: your BMS refuses a service that is on the contract already.",
    BmsReading.UNDECIDED: "The test write was not clear",
}


def by_hand_steps(lines: Sequence[ShownLine]) -> list[str]:
    """Each change of a BMS line once, in the order of the plan."""
    steps = [
        shown(line.fix)
        for line in lines
        if line.status == BY_HAND and line.fix.casefold().startswith("in bms set")
    ]
    return list(dict.fromkeys(steps))


def print_by_hand(lines: Sequence[ShownLine]) -> None:
    steps = by_hand_steps(lines)
    if steps:
        OUT.print()
        OUT.print(Text("To change by hand in BMS", style="bold"))
        for step in steps:
            OUT.print(Text(f"  [ ] {step}"))
        OUT.print("Then state what stands there: seatbridge units set ID FILE", style="dim")


def print_question(integration: Integration, lines: Sequence[ShownLine]) -> None:
    """Where no write method is in force and a person has to choose one."""
    known = verdict(integration)
    waiting = [line for line in lines if line.status in ASKING]
    if known.method is not None or known.needs_canary or not waiting:
        return
    said = SEEN.get(known.reading, "")
    if known.reading is BmsReading.UNDECIDED:
        said = f"{said}: {bms_company(integration).undecided_reason}."
    OUT.print()
    OUT.print(Text("A question: how are units to be written in your BMS?", style="bold yellow"))
    OUT.print(shown(said))
    example = next((line for line in waiting if line.after is not None and line.price is not None), None)
    if example is not None:
        OUT.print(f"What {shown(example.name)}'s invoice would show under each method:")
        print_table(("Method", "On the invoice", "What to know"), _choices(example, known.reading))
    OUT.print(f"Choose: seatbridge integration write-method {integration.pk} METHOD")


def _choices(line: ShownLine, reading: BmsReading) -> Iterator[tuple[str, str, str]]:
    units, price = line.after or 0, line.price or Decimal(0)
    total = amount(units * price, line.currency)
    plain = f"{units} {TIMES} {amount(price, line.currency)} = {total}"
    if reading is BmsReading.UNDECIDED:
        yield Method.AUTO, plain, "the test write is made once more: look at that contract in BMS first"
    if reading is not BmsReading.REJECTS:
        ended = (
            "" if line.before is None else f", and {line.before} {TIMES} {amount(Decimal(0), line.currency)}"
        )
        yield (
            Method.REPLACE,
            plain + ended,
            "the old line ends at price 0; its tax and ledger settings are lost",
        )
    yield Method.PRICE_CARRYING, f"1 {TIMES} {total}", "the client sees one unit at the price of all"
    start = "" if line.effective is None else f" from {day(line.effective)}"
    yield Method.BY_HAND, plain, f"nothing is written: a person sets {units} units{start}"
