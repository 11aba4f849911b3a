"""BMS adds second lines from some day on; and people put right by hand what waits for them, or put it wrong.

All of it is drawn apart, so that all else in a history is drawn as before.
"""

from dataclasses import replace

from bms_simulator.lines import is_priced
from seatbridge.integrations.methods import bms_company
from seatbridge.sync.models import Owed, SyncRun
from seatbridge.sync.stated.answering import OwedChoice, choices_of
from tests.simulation.crashes import ANYWHERE
from tests.simulation.episode import Episode
from tests.simulation.partner_side import take_counts
from tests.simulation.syncing import sync
from tests.simulation.writes_seen import BULK

# What becomes of the bulk update that is to price the former line to 0: else no person is ever asked.
BULK_FAULTS = {"job-passes-over": 4, "job-fails": 2, "success-false": 1, "500": 1, "500-after": 1, "": 1}
# What a person prices by hand before answering.
BY_HAND = {
    "nothing": 2.0,
    "the line to 0": 1.5,
    "the others to 0": 4.0,
    "all to 0": 1.5,
    "one at 0 again": 1.0,
}


def maybe_add_second_lines(story: Episode) -> None:
    """From this day on a POST of a service adds a line, though a test write has shown that it adjusts."""
    second = story.second_lines
    if not second.are_to_come or bms_company(story.integration).reading != "adjusts":
        return
    second.begin()
    world = story.simulator.world
    world.knobs = replace(world.knobs, behaviour="appends")
    story.drawn.bms["behaviour"] = "appends"
    story.history.say("BMS adds second lines from now on")
    _move_counts(story)
    if second.chance.maybe(0.5):
        _exclude_all(story)
    elif kind := second.chance.weighed(BULK_FAULTS):
        times = second.chance.weighed({1: 4, 3: 1, 20: 1})
        story.faults.append(story.simulator.arm(BULK, kind, times=times))
        story.history.say(f"FAULT {kind} at {BULK}, {times} times")
    if second.chance.maybe(0.2):
        story.crashes.arm(ANYWHERE, second.chance.whole(4, 60))
    run = sync(story, approve=True) or sync(story)
    if run is not None and run.state == SyncRun.State.AWAITING_APPROVAL:
        sync(story, approves_run=run)
    story.covered["second lines", "begun"] += 1


def _exclude_all(story: Episode) -> None:
    """Lines that no bulk update touches: units can be posted on them, and only a person can end them."""
    for line in list(story.simulator.world.lines.values()):
        if is_priced(line, story.clock.today()) and line.service_id in story.drawn.products.values():
            story.hands.exclude(line, excluded=True)


def _move_counts(story: Episode) -> None:
    for company in story.drawn.companies:
        for product in company.counts:
            company.counts[product] += story.second_lines.chance.whole(0, 2)
        if company.licenses is not None:
            company.licenses = max(company.licenses, sum(company.counts.values()))
    take_counts(story.integration, story.drawn.companies, story.clock.now())


def is_clumsy(story: Episode, owed: Owed) -> bool:
    """Whoever answers this one prices lines by hand first, and then answers whatever is offered."""
    doubled = owed.purpose == Owed.Purpose.DOUBLED
    return story.second_lines.chance.maybe(0.6 if doubled else 0.25)


def is_hasty(story: Episode) -> bool:
    """Answers a second line before its period has begun: there is nothing but to leave it."""
    return story.second_lines.chance.maybe(0.3)


def price_by_hand(story: Episode, owed: Owed) -> str:
    """What was done."""
    kind = story.second_lines.chance.weighed(BY_HAND)
    key = (owed.contract_id, owed.service_id)
    with_price = story.truth.priced(key)
    for line in story.truth.lines(key):
        ours, priced = line.id == owed.line_id, line in with_price
        wanted = {
            "nothing": False,
            "the line to 0": priced and ours,
            "the others to 0": priced and not ours,
            "all to 0": priced,
            "one at 0 again": not priced and story.second_lines.chance.maybe(0.7),
        }[kind]
        if wanted:
            story.hands.price(line, None if priced else owed.unit_price)
    if len(with_price) > 1:
        story.truth.note_kept(key)
    if story.second_lines.chance.maybe(0.7):
        _let_in(story, owed)
    return kind


def _let_in(story: Episode, owed: Owed) -> None:
    """What BMS refused to price to 0 may be priced by a bulk update from now on."""
    line = story.simulator.world.lines.get(owed.line_id)
    if line is not None and line.excluded_from_bulk:
        story.hands.exclude(line, excluded=False)


def pick_any(story: Episode, owed: Owed) -> OwedChoice:
    """The likeliest first, as a page offers them."""
    shares = {choice: 3 / (at + 2) for at, choice in enumerate(choices_of(owed))}
    return story.second_lines.chance.weighed(shares)
