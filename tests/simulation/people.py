"""What people on the partner's side decide: honest people, who look at BMS before they answer."""

from django.db.models import QuerySet

from seatbridge.integrations.authenticating import authenticate
from seatbridge.integrations.methods import bms_company, choose_method, set_rewrites_clean, set_test_contract
from seatbridge.integrations.models import Integration
from seatbridge.integrations.switching import disable, enable
from seatbridge.reconcile.posting import earliest_unposted
from seatbridge.sync.models import Owed, SyncRun
from seatbridge.sync.stated.answering import OwedChoice, answer_owed, choices_of
from tests.simulation.clumsy import is_clumsy, is_hasty, pick_any, price_by_hand
from tests.simulation.episode import Episode
from tests.simulation.partner_side import ALICE
from tests.simulation.syncing import sync


def answer_questions(story: Episode, share: float) -> None:
    """Each open question is answered with this likelihood: write method, owed lines, proration."""
    if story.chance.maybe(share):
        authenticate_if_asked(story)
    if story.chance.maybe(share):
        _choose(story)
    if (
        any("test contract" in row["fix"] for row in story.last_lines)
        and story.drawn.test_contract is not None
    ):
        set_test_contract(story.integration, story.drawn.test_contract, actor=ALICE)
        story.history.say(f"Alice names the test contract {story.drawn.test_contract}")
    if story.chance.maybe(share):
        approve_waiting_run(story)
    for owed in _waiting():
        if story.chance.maybe(share):
            _answer(story, owed)
    if story.chance.maybe(share / 3):
        _rewrites(story)


def _waiting() -> QuerySet[Owed]:
    return Owed.objects.exclude(waits_for_person="").exclude(phase=Owed.Phase.SETTLED).order_by("pk")


def answer_what_waits(story: Episode) -> bool:
    """Whether there was anything."""
    waiting = list(_waiting())
    for owed in waiting:
        _answer(story, owed)
    return bool(waiting)


def authenticate_if_asked(story: Episode) -> None:
    """The last sign-in was refused: a person tries once, since no machine may."""
    run = story.last_run
    if run is not None and run.problem.get("status") == "error:credentials":
        found = authenticate(
            story.integration, story.settings, story.product_clock, actor=ALICE, transport=story.network
        )
        story.history.say(f"Alice authenticates: {found.cause}")


def approve_waiting_run(story: Episode) -> None:
    """A person read why the run waits as a whole, and lets it go."""
    run = story.last_run
    if run is not None and run.state == SyncRun.State.AWAITING_APPROVAL:
        sync(story, approves_run=run)


def choose_at_once(story: Episode) -> None:
    """Who has lines that carry their users in the price knows that, and says so before the first sync."""
    if story.drawn.carried and story.chance.maybe(0.7):
        choose_method(story.integration, "price-carrying", actor=ALICE)
        story.covered["method", "price-carrying at once"] += 1
    elif story.drawn.test_contract is not None and story.chance.maybe(0.4):
        set_test_contract(story.integration, story.drawn.test_contract, actor=ALICE)
    elif story.chance.maybe(0.04):
        choose_method(story.integration, story.chance.pick(("replace", "by-hand", "adjust")), actor=ALICE)


def _choose(story: Episode) -> None:
    integration = story.integration
    reading = bms_company(integration).reading
    if integration.chosen_method not in ("auto", "adjust") or reading in ("unknown", "adjusts"):
        return
    choices = {
        "appends": {"replace": 8, "by-hand": 1, "price-carrying": 2},
        "rejects": {"price-carrying": 4, "by-hand": 1},
        "undecided": {"auto": 4, "replace": 1 if story.drawn.bms["behaviour"] == "appends" else 0},
    }[reading]
    method = story.chance.weighed(choices)
    choose_method(integration, method, actor=ALICE)
    story.history.say(f"Alice chooses the write method {method}, since BMS {reading}")
    story.covered["method", method] += 1


def _answer(story: Episode, owed: Owed) -> None:
    clumsy = is_clumsy(story, owed)
    contract = story.contract_as_read(owed.contract_id)
    period = None
    if contract is not None:
        period = earliest_unposted(contract, story.calendar, story.billing_now)
    today = story.clock.today()
    too_early = period is None or period.start > today or _is_not_the_day(story, owed)
    if too_early and owed.purpose == Owed.Purpose.DOUBLED and not (clumsy and is_hasty(story)):
        return
    done = price_by_hand(story, owed) if clumsy else ""
    if contract is None or period is None or too_early:
        choice, since = OwedChoice.LEAVE, today
    else:
        since = max(period.start, contract.start)
        priced = story.truth.priced((owed.contract_id, owed.service_id))
        # A person sees whether the service stands in BMS with its price already: then nothing is to be sent.
        choice = OwedChoice.LEAVE if priced else story.chance.pick((OwedChoice.FINISH, OwedChoice.RESTORE))
        if any(line.id in story.hands.dead_lines() for line in priced):
            choice = OwedChoice.RESTORE  # somebody priced the line while it stood at 0 under our name for it
        offered = choices_of(owed)
        choice = choice if choice in offered else offered[0]
        if clumsy:
            choice = pick_any(story, owed)
    answer_owed(owed, choice, from_date=since, actor=ALICE, now=story.clock.now())
    if choice is OwedChoice.LEAVE:
        story.left.add((owed.contract_id, owed.service_id))
        story.left_at[owed.contract_id, owed.service_id] = story.clock.now()
    story.history.say(
        f"Alice answers {choice} for {owed.contract_id}, {owed.service_id}: {owed.waits_for_person}"
    )
    story.covered["owed answered", choice.value] += 1
    if done:
        story.covered["priced by hand", f"{owed.purpose}: {done}, then {choice}"] += 1


def _is_not_the_day(story: Episode, owed: Owed) -> bool:
    """A line that ends on a day to come is not priced to 0 before it: see `owed_day`."""
    return owed.purpose == Owed.Purpose.DOUBLED and owed.effective_date > story.clock.today()


def _rewrites(story: Episode) -> None:
    if bms_company(story.integration).reading == "adjusts" and not story.integration.rewrites_are_clean:
        set_rewrites_clean(story.integration, clean=True, actor=ALICE)
        story.history.say("Alice saw no prorated transaction after the test write")


def switch_off_and_on(integration: Integration, *, on: bool) -> None:
    if on:
        enable(integration, actor=ALICE)
    else:
        disable(integration, actor=ALICE)
