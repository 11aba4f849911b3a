"""One sync run from start to finish: observe, plan, approve, apply, verify."""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace

from seatbridge.integrations.operator_stop import stop_of
from seatbridge.psa.errors import OutOfCalls, PsaError
from seatbridge.reconcile.differences import differences
from seatbridge.reconcile.facts import Key, PutBack
from seatbridge.reconcile.plan import plan_indexed, plan_judged
from seatbridge.reconcile.planned import Outcome, Plan
from seatbridge.sync.fencing import fenced, save_fenced
from seatbridge.sync.finishing import finish, problem_of
from seatbridge.sync.instructions import close_done, note_plan_changes
from seatbridge.sync.invoice_checks import check_invoices
from seatbridge.sync.keeping import keep_decisions
from seatbridge.sync.kept_facts import keep_facts
from seatbridge.sync.memory import watched_lines
from seatbridge.sync.models import Owed, SyncRun
from seatbridge.sync.noting_contracts import note_contracts
from seatbridge.sync.noting_differences import note_differences
from seatbridge.sync.observe import observe
from seatbridge.sync.open_work import open_work
from seatbridge.sync.pausing import pause, pausing_instead_of_waiting, take_needed_calls
from seatbridge.sync.plans import save_plan
from seatbridge.sync.putting_back.orders import keep_orders
from seatbridge.sync.records import note
from seatbridge.sync.retrying import try_again_later
from seatbridge.sync.running import Running, WritingStopped
from seatbridge.sync.watching import watched
from seatbridge.sync.writing.applying import apply_writes
from seatbridge.sync.writing.effects import judge_writes
from seatbridge.sync.writing.interrupted import NOTHING, LeftOpen, left_open, take_over_calls
from seatbridge.sync.writing.pending import settle_pending
from seatbridge.sync.writing.reviving import owe_revived, revived_lines
from seatbridge.sync.writing.settling import open_debts_of, settle_debts

MOST_WAITS = 3  # each as long as a lost call may take to show
GOOD_NEWS = frozenset({"synced", "synced-with-warning", "scheduled"})


def execute(running: Running) -> None:
    """Carry the run to its end, or to a pause."""
    with watched(running):
        _carry(running)


def _carry(running: Running) -> None:
    """The run, step by step.

    1 read BMS                      2 settle what earlier writes left open
    3 plan from counts and reading  4 save and seal the plan
    5 end here: a dry run, a run that waits as a whole
    6 apply                         7 wait out what cannot be believed yet, once
    8 finish with a summary
    Where Kaseya's limit comes in between, it pauses instead: see `pausing`; where BMS does not answer, it is
    put off: see `retrying`.
    """
    run = running.run
    planned: Plan | None = None
    problem: dict[str, str] = {}
    try:
        with pausing_instead_of_waiting(running):
            open_yet = _observe(running)
            planned = _plan(running)
            check_invoices(running, planned)
            if run.dry_run or planned.waits_for_approval:
                finish(running, planned, problem)
                return
            _note_approval(running)
            keep_decisions(running, planned)
            keep_orders(running, planned)
            if planned.writes:
                _enter(run, SyncRun.State.APPLYING)
                apply_writes(running, planned.writes)
            planned = _wait_out(running, planned, open_yet)
    except OutOfCalls as limit:
        if pause(running, limit):
            return
        problem = problem_of(limit)
    except PsaError as reason:
        if try_again_later(running, reason):
            return
        problem = problem_of(reason)
    except WritingStopped as reason:
        problem = problem_of(reason)
    finish(running, planned, problem)


def _enter(run: SyncRun, state: SyncRun.State) -> None:
    run.state = state
    save_fenced(run, ["state"])


def _observe(running: Running) -> LeftOpen:
    """Until what earlier writes left open is settled. A line that stands at 0 goes before other calls."""
    work = open_work(running.integration)
    with running.bms.urgent() if _is_owing(work.owed) else nullcontext():
        take_needed_calls(running)
        take_over_calls(running, work)
        running.read()
        return _settle(running)


def _is_owing(debts: Iterable[Owed]) -> bool:
    return any(not owed.waits_for_person for owed in debts)


def _settle(running: Running) -> LeftOpen:
    work = open_work(running.integration)
    judge_writes(running, work.writes)
    watched = watched_lines(running.integration)
    settle_pending(running, watched)
    revived = revived_lines(running, watched)
    if not (work.writes or work.owed or revived):
        return NOTHING
    if _may_settle(running):
        owe_revived(running, revived)
        settle_debts(running)
    return left_open(running)


def _may_settle(running: Running) -> bool:
    """Else what is owed waits: nothing is written."""
    integration = running.integration
    return not running.run.dry_run and integration.enabled and stop_of(integration.hostname) is None


def _plan(running: Running) -> Plan:
    running.at("before-plan")
    running.planned_at = running.billing_now()
    index = observe(running)
    whole, judged = plan_judged(index)
    made = _only_companies(whole, running.run)
    if running.run.puts_back_id is not None:
        made = _only_keys(made, index.facts.put_backs)
    _forget_what_is_planned_anew(running, made)
    with fenced(running.run):
        note_contracts(running, index.facts)
        save_plan(running.run, made)
        keep_facts(running.run, index.facts, judged)
        if not index.facts.only_put_backs:  # such a run looks at its own lines alone
            note_differences(running, judged, differences(index, judged))
        if not (running.run.dry_run or index.facts.only_put_backs):
            close_done(running, index.facts.instructions, judged)
            note_plan_changes(running, made.writes)
        note(
            running,
            "run.planned",
            digest=running.run.plan_digest,
            writes=len(made.writes),
            waits=running.run.holds,
        )
    running.at("after-plan")
    return made


def _forget_what_is_planned_anew(running: Running, made: Plan) -> None:
    """What became of an earlier write is no news of a line that has a newer change, or waits for a person."""
    for line in made.lines:
        if line.outcome is not Outcome.NO_CHANGE:
            running.statuses.pop((line.company, line.product), None)


def _only_companies(made: Plan, run: SyncRun) -> Plan:
    """`--company`: the others are neither shown nor written; a line that they share is theirs too."""
    if not run.companies:
        return made
    wanted = set(run.companies)
    return replace(
        made,
        lines=tuple(line for line in made.lines if line.company in wanted),
        writes=tuple(
            write for write in made.writes if any(company in wanted for company, _ in write.members)
        ),
    )


def _only_keys(made: Plan, orders: Mapping[Key, PutBack]) -> Plan:
    """A put back shows, and writes, the lines that it puts back."""
    fresh = {key for key, order in orders.items() if order.fresh}
    return replace(
        made,
        lines=tuple(line for line in made.lines if (line.contract_id, line.service_id) in fresh),
        writes=tuple(write for write in made.writes if write.key in fresh),
    )


def _note_approval(running: Running) -> None:
    run, integration = running.run, running.integration
    if not run.approved:
        return
    with fenced(running.run):
        now = running.now()
        if integration.first_run_approved_at is None:
            integration.first_run_approved_at = now
            integration.save(update_fields=["first_run_approved_at"])
        mappings = integration.company_mappings.filter(first_write_approved_at=None)
        if run.companies:
            mappings = mappings.filter(company__ref__in=run.companies)
        mappings.update(first_write_approved_at=now)
        note(running, "run.approved", digest=run.plan_digest, lines=run.approved_lines)


def _wait_out(running: Running, planned: Plan, open_yet: LeftOpen) -> Plan:
    """Wait once for what may not be believed yet, and read; what a dead process left unsent is written.

    Again only while a line stands at 0: what was sent for it just now may have been refused, say.
    """
    waited = False
    for _ in range(MOST_WAITS):
        if running.wait_until is None or (waited and not _is_owing(open_debts_of(running))):
            break
        if not waited:
            _enter(running.run, SyncRun.State.VERIFYING)
        waited = True
        running.at("waiting")
        running.clock.sleep(max((running.wait_until - running.now()).total_seconds(), 0))
        running.wait_until = None
        running.read()
        _settle(running)
    if not open_yet.anything_closed:
        if waited:
            _tell_what_is_left(running)
        return planned
    # Calls that may never have left the process that died are planned anew, not repeated.
    again = _plan(running)
    keep_orders(running, again)
    apply_writes(running, again.writes)
    return again


def _tell_what_is_left(running: Running) -> None:
    """A write of an older count was settled just now: its line is not in step with the newest one yet."""
    for line in plan_indexed(observe(running)).lines:
        member = (line.company, line.product)
        said = running.statuses.get(member, ("",))[0]
        if said in GOOD_NEWS and line.outcome is not Outcome.NO_CHANGE:
            running.say([member], line.status, line.cause, line.fix or "the next sync writes it")
