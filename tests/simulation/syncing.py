"""One sync of a story, killed or not, and every check that a run must pass."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from seatbridge.sync.models import LineMemory, PutBack, SyncRun, Write
from seatbridge.sync.plans import planned_lines
from seatbridge.sync.shown.show import show_lines
from seatbridge.sync.starting import Asked
from seatbridge.sync.syncing import Surroundings
from seatbridge.sync.syncing import sync as sync_now
from tests.simulation.billed_once import check_another_is_billed
from tests.simulation.broken import require
from tests.simulation.claims import Before
from tests.simulation.crashes import Crash
from tests.simulation.episode import Episode
from tests.simulation.partner_side import ALICE
from tests.simulation.run_checks import (
    Permitted,
    active_plan,
    check_permitted,
    check_texts,
    check_untouched,
    check_watch,
    open_keys,
)
from tests.simulation.truth import Key
from tests.simulation.writes_seen import Part


def sync(story: Episode, put_back: Asked | None = None, **asked: Any) -> SyncRun | None:
    """None where the process was killed on the way. `put_back`: asked for in place of a sync."""
    wanted = put_back or Asked(actor=ALICE, **asked)
    told = wanted.approve or wanted.approve_lines or wanted.approves_run
    kept = set() if told else _kept_keys() - _being_put_back()
    story.readings.clear()
    story.permitted = Permitted(open=open_keys(), dead=story.hands.dead_lines())
    before = Before(dict(story.seen.by_key), dict(story.truth.edits), story.clock.now())
    story.integration.refresh_from_db()
    may_write = story.integration.enabled and not wanted.dry_run
    died = SyncRun.objects.filter(state__in=SyncRun.ACTIVE, dry_run=False).first()
    run = _sync(story, wanted)
    kept -= _released_before(story, died)
    story.crashes.disarm()
    parts = story.seen.catch_up()
    require(may_write or not parts, 6, f"a preview, or the switched-off integration, wrote: {parts}")
    for part in parts:
        if part.key in story.truth.readable_from and not _was_seen(story, part):
            story.truth.note_met(part.key, _read_before(story, part))
            story.unseen.add(part.write.seq)
    story.truth.settle_met(open_keys())
    settles = story.simulator.world.knobs.settles_after_seconds
    story.hands.priced_under |= story.second_lines.unforeseen(parts, story.readings, settles)
    check_another_is_billed(story, parts)
    again = [part for part in parts if part.key in kept - story.permitted.open]
    require(not again, 3, f"put back, and written again by itself: {again}")
    check_permitted(parts, story.permitted, story.drawn.test_contract)
    if run is not None:
        _note_result(story, run, before)
    check(story)
    return run


def _was_seen(story: Episode, part: Part) -> bool:
    """Whether a reading that could show the last edit by hand of this line began before the write."""
    since = story.truth.readable_from[part.key]
    return any(since <= began < part.write.at for began in story.readings)


def _read_before(story: Episode, part: Part) -> datetime:
    """When the reading began that the write rests on: the next one may begin as soon as it is answered."""
    return max(began for began in story.readings if began < part.write.at)


def _kept_keys() -> set[Key]:
    """Lines that stand at what somebody put them back to, and whose order still holds."""
    stand = {
        (row.contract_id, row.service_id): row.written_units
        for row in LineMemory.objects.filter(pending_from=None, dead_lines=[])
    }
    orders = PutBack.objects.filter(ended_at=None)
    return {
        (row.contract_id, row.service_id)
        for row in orders
        if stand.get((row.contract_id, row.service_id)) == row.units
    }


def _released_before(story: Episode, died: SyncRun | None) -> set[Key]:
    """Lines that a person released for a run whose process died, where this sync went on with that run."""
    if died is None:
        return set()
    taken_over = died.taken_over
    died.refresh_from_db()
    if died.taken_over == taken_over:
        return set()
    pairs = {tuple(pair) for pair in died.approved_lines}
    return {
        (line["contract_id"], line["service_id"])
        for line in story.last_lines
        if died.approved or (line["company"], line["product"]) in pairs
    }


def _being_put_back() -> set[Key]:
    """By a run that a person ordered and whose process died: whatever comes next goes on with it."""
    died = SyncRun.objects.filter(state__in=SyncRun.ACTIVE, dry_run=False, puts_back__isnull=False).first()
    if died is None:
        return set()
    pairs = {tuple(pair) for pair in died.puts_back_lines}
    return {
        (row.contract_id, row.service_id)
        for row in Write.objects.filter(run=died.puts_back_id)
        if pairs.intersection(map(tuple, row.members))
    }


def _sync(story: Episode, asked: Asked) -> SyncRun | None:
    def at(step: str) -> None:
        if step == "before-reading":
            story.readings.append(story.clock.now())
        if step == "before-plan":
            story.looked_at = story.readings[-1]
        if step == "after-plan":
            _note_plan(story, active_plan(story.integration))
        story.crashes.at(step)

    around = Surroundings(story.product_clock, story.open_bms, story.settings.home, at=at)
    named = {field.name: getattr(asked, field.name) for field in fields(asked) if field.name != "actor"}
    said = {name: getattr(value, "pk", value) for name, value in named.items() if value}
    story.history.say(f"SYNC {said or ''}")
    try:
        return sync_now(story.integration, asked, around)
    except Crash as crash:
        story.history.say(f"KILLED at {crash}")
        return None


def _note_plan(story: Episode, lines: list[dict[str, Any]]) -> None:
    story.permitted.add_plan(lines)
    story.postings.prorated |= story.permitted.prorated
    for line in lines:
        if line["units_after"] is not None:
            key = (line["contract_id"], line["service_id"])
            story.planned_units.setdefault(key, set()).add(line["units_after"])


def _note_result(story: Episode, run: SyncRun, before: Before) -> None:
    run.refresh_from_db()
    story.last_run = run
    lines = story.last_lines = _lines_of(run)
    story.covered["run", run.state] += 1
    story.history.say(f"RUN {run.state} {run.problem or ''} {run.holds or ''}")
    for line in lines:
        story.covered["status", line["status"]] += 1
        key = line["contract_id"], line["service_id"]
        stood = f"{line['units_before']} ({line['evidence']})"
        story.history.say(
            f"    {line['company']} {line['product']} on {key}: {stood} -> {line['units_after']}: "
            f"{line['status']}: {line['cause']}"
        )
    if not run.dry_run:
        story.claims.take(run.pk, lines, story.seen.by_key, before)


def _lines_of(run: SyncRun) -> list[dict[str, Any]]:
    """As shown to people, with the kind of evidence beside its sentence."""
    kinds = [{"evidence_code": row["evidence_code"]} for row in planned_lines(run)]
    return [shown | kind for shown, kind in zip(show_lines(run), kinds, strict=True)]


def check(story: Episode) -> None:
    """All that must hold at any time between two actions."""
    story.simulator.settle()
    check_watch(story.simulator, story.hands.priced_under)
    check_untouched(story.simulator, story.truth, story.seen.by_key)
    check_texts(story.truth, story.seen.by_key, open_keys() | story.left, _units_allowed(story))
    story.claims.check(story.seen.by_key)
    # Where a fault hides the refusal, nobody knows that there was one: the next machine may try once more.
    refused, may_be = story.simulator.state.sign_ins.refused, story.bad_passwords + story.hidden_refusals
    require(refused <= may_be, 6, f"{refused} bad sign-ins, {may_be} were to be expected")


def _units_allowed(story: Episode) -> dict[Key, set[int]]:
    """Units that were planned once, or that the world or a person gave to the key's lines."""
    found = {key: set(story.planned_units.get(key, ())) for key in story.seen.by_key}
    for key, units in found.items():
        if key in story.drawn.carried or key[0] == story.drawn.test_contract:
            units.add(1)
    for line in story.truth.untouched.values():
        key = (line.contract_id, line.service_id)
        if key in found:
            found[key] |= {terms.units for terms in line.history}
    return found
