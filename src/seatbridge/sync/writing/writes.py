"""One write by one call: intent, call, answer. What it led to is judged by a reading (`effects`)."""

from decimal import Decimal

from seatbridge.reconcile.facts import Key, Method
from seatbridge.reconcile.planned import PlannedWrite
from seatbridge.sync.fencing import fenced
from seatbridge.sync.models import Write
from seatbridge.sync.records import note
from seatbridge.sync.running import Running
from seatbridge.sync.writing.bulk import pricing_of, run_bulk
from seatbridge.sync.writing.calls import Answered, line_write_of, send_line
from seatbridge.sync.writing.lateness import no_wait_beyond_posting
from seatbridge.sync.writing.permits import check_may_write

STEPS = {True: Write.Step.PRICE, False: Write.Step.ADJUST}


def is_absent(running: Running, key: Key) -> bool:
    """Believed only after a fresh search filtered by the contract's name (writing.md rule 5)."""
    lines = running.bms.lines(key[1], contract_name=running.seen.contracts[key[0]].name)
    return not any(line.contract_id == key[0] for line in lines)


def make_write(running: Running, planned: PlannedWrite) -> None:
    """1 commit the intent  2 call  3 commit how it was answered. Raises what forbids any further call."""
    if planned.creates and not is_absent(running, planned.key):
        running.say(
            planned.members,
            "blocked:changed-since-preview",
            "a line of this service stands on the contract by now, so none was added",
            "sync again: the next plan starts from what BMS holds now",
        )
        return
    carries = planned.method is Method.PRICE_CARRYING
    write = _intend(running, planned, carries=carries)
    if carries:
        answered = run_bulk(running, pricing_of(write))
    else:
        with no_wait_beyond_posting(running, write.contract_id):
            answered = send_line(running, line_write_of(write))
    save_answer(running, write, answered)
    if answered.abort is not None:
        raise answered.abort


def _intend(running: Running, planned: PlannedWrite, *, carries: bool) -> Write:
    running.at("before-intent")
    line, contract_id = planned.line, planned.key[0]
    with fenced(running.run):
        check_may_write(running)
        write = Write.objects.create(
            integration=running.integration,
            run=running.run,
            step=Write.Step.CREATE if planned.creates else STEPS[carries],
            contract_id=contract_id,
            service_id=planned.key[1],
            line_id=line.id,
            members=[list(member) for member in planned.members],
            units=planned.units_after,
            units_before=planned.units_before,
            unit_price=planned.unit_price * planned.units_after if carries else line.unit_price,
            unit_cost=planned.unit_cost * planned.units_after if carries else line.unit_cost,
            name=line.name,
            description=line.description,
            effective_date=planned.effective_date,
            ahead=planned.ahead,
            price_before=line.unit_price,
            cost_before=line.unit_cost,
            date_before=line.effective_date,
            line_ids_before=[row.id for row in running.seen.of(planned.key).lines],
            total_before=running.seen.contracts[contract_id].billing_price,
            sent_at=running.now(),
        )
        note(running, "write.intended", write)
    running.at("after-intent")
    return write


def save_answer(running: Running, write: Write, answered: Answered) -> None:
    running.at("before-answer")
    # The call may have been put off for long before it left, and a job ends later still: its effect is
    # awaited from here on.
    with fenced(running.run):
        Write.objects.filter(pk=write.pk).update(
            sent_at=running.now(),
            answer=answered.how,
            answer_code=answered.code,
            answer_text=answered.text,
            answered_line=answered.line_id,
        )
    running.at("after-answer")


# A month's part of one period's price; a year has 52 weeks.
_A_MONTH = {
    "weekly": Decimal(52) / 12,
    "quarterly": Decimal(1) / 3,
    "yearly": Decimal(1) / 12,
    "annually": Decimal(1) / 12,
    "annual": Decimal(1) / 12,
}


def share_of_period(cycle: str) -> tuple[Decimal, ...]:
    """How much of one period's price a contract's total may show: all of it, or one month's part."""
    a_month = _A_MONTH.get(cycle.strip().lower())
    return (Decimal(1),) if a_month is None else (Decimal(1), a_month)
