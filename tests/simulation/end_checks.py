"""After the actions everything comes to rest; then nothing may be left undone without a reason."""

from datetime import timedelta

from bms_simulator.lines import shown_terms
from seatbridge.integrations.models import Integration
from seatbridge.sync.models import LineMemory, Owed, Write
from tests.simulation.billed_once import check_billed_once
from tests.simulation.broken import Broken, require
from tests.simulation.episode import Episode
from tests.simulation.ledger_checks import (
    check_canary,
    check_chain,
    check_intents,
    check_nothing_again,
    methods_of,
    read_entries,
)
from tests.simulation.partner_side import take_counts
from tests.simulation.people import approve_waiting_run, authenticate_if_asked, switch_off_and_on
from tests.simulation.syncing import sync
from tests.simulation.truth import Key, key_of

MOST_SYNCS = 8


def settle(story: Episode) -> None:
    """No more faults, crashes or edits: sync until a sync writes nothing."""
    story.simulator.state.faults.clear()
    story.crashes.disarm()
    story.network.meanwhile.clear()
    story.network.upon_write.clear()
    story.network.refused.clear()
    story.history.say("SETTLING")
    switch_off_and_on(story.integration, on=True)
    story.clock.sleep(timedelta(minutes=31).total_seconds())  # so long may a person's tries be used up
    authenticate_if_asked(story)
    _sync_until_quiet(story)


def _sync_until_quiet(story: Episode) -> None:
    """Ends with a sync that wrote nothing: what the ones before wrote stands, and is not written again."""
    for _ in range(MOST_SYNCS):
        # Out of posting days' freeze, and past every settling time.
        story.clock.sleep(timedelta(hours=1).total_seconds())
        before = story.network.writing_calls
        sync(story, approve=True)
        approve_waiting_run(story)
        if story.network.writing_calls == before:
            return
    raise Broken(6, f"{MOST_SYNCS} syncs one after another, and each one wrote again")


def let_it_be_invoiced(story: Episode) -> None:
    """Time goes on to past the next postings: what was claimed is what the client is billed."""
    story.history.say("TIME PASSES")
    story.clock.pass_until_local(story.clock.today() + timedelta(days=story.chance.whole(25, 40)), 20)
    take_counts(story.integration, story.drawn.companies, story.clock.now())
    _sync_until_quiet(story)


def check_end(story: Episode) -> None:
    _check_nothing_lost(story)
    check_billed_once(story)
    entries = read_entries()
    check_chain(story.integration.partner_id)
    check_intents(entries, story.seen.parts)
    check_nothing_again(entries, story.seen.parts, story.truth.edited_at)
    check_canary(entries)
    for method in methods_of(entries):
        story.covered["write", method] += 1


def _check_nothing_lost(story: Episode) -> None:
    """Invariant 5, and nothing waits without saying why."""
    unread = Write.objects.filter(integration=story.integration, state=Write.State.INTENDED)
    require(not unread.exists(), 5, f"writes without an outcome: {list(unread.values())}")
    open_debts = Owed.objects.filter(integration=story.integration).exclude(phase=Owed.Phase.SETTLED)
    for owed in open_debts:
        require(owed.waits_for_person, 5, f"owed {owed.pk} is open, and says nothing: {owed.phase}")
    waiting = {(owed.contract_id, owed.service_id) for owed in open_debts} | story.left
    _check_dead_lines(story, waiting)
    for key in story.simulator.watch.without_priced_line():
        # A line with a price and no units is not lost: a person let a change of plan take its count to 0.
        at_zero_units = any(line.history[-1].unit_price for line in story.truth.lines(key))
        excused = key in waiting or story.truth.edits[key] or at_zero_units
        require(excused, 5, f"{key} began with a priced line and has none: {story.truth.lines(key)}")


def _check_dead_lines(story: Episode, waiting: set[Key]) -> None:
    """Invariant 1: an ended line that a person priced again is at 0 again, or somebody is being asked."""
    memories = LineMemory.objects.exclude(dead_lines=[]).values_list("dead_lines", flat=True)
    ended = {line_id for line_ids in memories for line_id in line_ids}
    for line_id in sorted(ended & story.truth.revived):
        line = story.simulator.world.lines.get(line_id)
        if line is None or line.contract_id not in story.simulator.world.contracts:
            continue
        price = shown_terms(line, story.truth.today).unit_price
        require(not price or key_of(line) in waiting, 1, f"ended line {line_id} stands at {price} again")


def note_settled(story: Episode, integration: Integration) -> None:
    for owed in Owed.objects.filter(integration=integration):
        story.covered["owed", f"{owed.purpose} {owed.settled_how or owed.phase}"] += 1
    for write in Write.objects.filter(integration=integration):
        story.covered["write state", write.state] += 1
