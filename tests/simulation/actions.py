"""What happens in a history, drawn one after the other."""

from collections.abc import Callable
from datetime import timedelta

from seatbridge.integrations.credentials import set_password
from seatbridge.kit.secret import Secret
from seatbridge.sync.models import SyncRun
from seatbridge.sync.putting_back.asking import asked_to_put_back
from seatbridge.sync.putting_back.moves import moves_of
from seatbridge.sync.requesting import NotNow
from tests.simulation.crashes import ANYWHERE
from tests.simulation.episode import Episode
from tests.simulation.partner_side import ALICE, take_counts
from tests.simulation.people import answer_questions, switch_off_and_on
from tests.simulation.syncing import sync
from tests.simulation.trouble import arm_crash, disturb, edit_by_hand
from tests.simulation.worlds_bms import PASSWORD

HELD = ("held:", "awaiting", "current-units", "outcome-unknown", "error:verification")


def act(story: Episode) -> None:
    action: Callable[[Episode], None] = story.chance.weighed(ACTIONS)
    action(story)


def daily(story: Episode) -> None:
    """Counts move a little, and the schedule or a person syncs."""
    _move_counts(story)
    disturb(story)
    _sync(story)


def some_companies(story: Episode) -> None:
    """`sync --company`: the others, and what waits for them, are left alone."""
    _move_counts(story)
    disturb(story)
    refs = [company.ref for company in story.drawn.companies]
    chosen = story.chance.some(refs, 0.5) or refs[:1]
    _sync(story, companies=chosen, approve=story.chance.maybe(0.5))


def approved(story: Episode) -> None:
    if story.chance.maybe(0.6):
        _move_counts(story)
    disturb(story)
    _sync(story, approve=True)


def by_name(story: Episode) -> None:
    run = story.last_run
    names = [(row["company"], row["product"]) for row in story.last_lines if row["status"].startswith(HELD)]
    if not names or run is None:
        return daily(story)
    chosen = story.chance.some(names, 0.7)
    for row in story.last_lines:
        if (row["company"], row["product"]) in chosen and "set the price in BMS" in row["cause"]:
            story.hands.set_own_price((row["contract_id"], row["service_id"]))
    disturb(story)
    return _sync(story, approve_lines=chosen)


def approve_run(story: Episode) -> None:
    """The run that waits as a whole, or a preview, is approved; BMS may have moved since."""
    run = story.last_run
    if run is None or not (run.dry_run or run.state == SyncRun.State.AWAITING_APPROVAL):
        sync(story, dry_run=True)
        run = story.last_run
    if story.chance.maybe(0.2):
        edit_by_hand(story)
    disturb(story)
    _sync(story, approves_run=run)


def preview(story: Episode) -> None:
    _move_counts(story)
    disturb(story)
    _sync(story, dry_run=True)


def days_pass(story: Episode) -> None:
    days = story.chance.weighed({1: 4, 3: 2, 8: 2, 20: 1, 33: 1})
    story.clock.pass_until_local(story.clock.today() + timedelta(days=days), story.chance.whole(5, 21))
    story.history.say(f"{days} days later")
    take_counts(story.integration, story.drawn.companies, story.clock.now())


def to_posting_day(story: Episode) -> None:
    """Just before, on, or just after the next posting day."""
    day = story.clock.today() + timedelta(days=1)
    while not story.postings.is_posting_day(day):
        day += timedelta(days=1)
    day += timedelta(days=story.chance.pick((-1, 0, 0, 1)))
    if day > story.clock.today():
        story.clock.pass_until_local(day, story.chance.pick((0, 7, 12, 19, 23)), 30)
    story.history.say("around posting day")
    take_counts(story.integration, story.drawn.companies, story.clock.now())
    daily(story)


def hand_edit(story: Episode) -> None:
    edit_by_hand(story)
    daily(story)


def toggle(story: Episode) -> None:
    switch_off_and_on(story.integration, on=False)
    story.history.say("Alice switches the integration off")
    _sync(story)
    if story.chance.maybe(0.8):
        switch_off_and_on(story.integration, on=True)
        story.history.say("Alice switches the integration on")


def wrong_password(story: Episode) -> None:
    """BMS asks for a new password, and nobody tells Seatbridge for a while."""
    user = story.simulator.world.users["seatbridge"]
    story.simulator.world.users["seatbridge"] = user.__class__(
        user.id, user.username, f"{PASSWORD} {story.bad_passwords}"
    )
    story.bad_passwords += 1
    story.history.say("the password in BMS was changed")
    for _ in range(story.chance.whole(1, 4)):
        _sync(story, approve=True)
    right = Secret(story.simulator.world.users["seatbridge"].password)
    set_password(story.integration, right, story.settings, actor=ALICE)
    story.history.say("Alice enters the new password")
    _sync(story)


def _move_counts(story: Episode) -> None:
    for company in story.drawn.companies:
        for product, count in company.counts.items():
            if story.chance.maybe(0.35 if count else 0.03):
                company.counts[product] = max(
                    count + story.chance.weighed({1: 5, 2: 2, -1: 4, -2: 1, 14: 0.1, -count: 0.1}), 0
                )
        if company.licenses is not None and story.chance.maybe(0.9):
            company.licenses = max(company.licenses, sum(company.counts.values()))
    named = [company for company in story.drawn.companies if story.chance.maybe(0.97)]
    if named:
        take_counts(story.integration, named, story.clock.now())
    story.history.say(f"COUNTS { {row.ref: row.counts for row in named} }")


def _sync(story: Episode, **asked: object) -> None:
    """A killed run is often taken over at once, sometimes after something else happened."""
    run = sync(story, **asked)
    for _ in range(3):
        if run is not None:
            return
        if story.taken_over_at_once:
            story.taken_over_at_once = False
            run = sync(story)
            continue
        if story.chance.maybe(0.15):
            edit_by_hand(story)
        if story.chance.maybe(0.5):
            story.clock.sleep(story.chance.pick((5, 61, 61, 130, 400, 30000)))
        if story.chance.maybe(0.1):
            return
        if story.chance.maybe(0.2):
            arm_crash(story)
        run = sync(story)


def maybe_put_back(story: Episode) -> None:
    """Drawn apart, so that all else in a history is drawn as before: somebody puts a run, or a line, back."""
    if not story.backs.maybe(PUTS_BACK):
        return
    ended = SyncRun.objects.filter(dry_run=False).exclude(state__in=SyncRun.ACTIVE)
    runs = [run for run in ended.order_by("-pk")[:4] if run.summary.get("written") or story.backs.maybe(0.1)]
    if not runs:
        return
    run = story.backs.pick(runs)
    lines = sorted({pair for move in moves_of(run).values() for pair in move.members})
    chosen = [story.backs.pick(lines)] if lines and story.backs.maybe(0.5) else None
    asked = asked_to_put_back(run, chosen, actor=ALICE, dry_run=story.backs.maybe(0.1), names=lines)
    if isinstance(asked, NotNow):
        story.history.say(f"NOT PUT BACK: {asked.sentence}")
        return
    story.covered["put back", "line" if chosen else "run"] += 1
    if story.backs.maybe(0.3):
        story.crashes.arm(ANYWHERE, story.backs.whole(1, 25))
    put = sync(story, asked)
    if put is None:
        story.covered["put back", "killed"] += 1
        put = sync(story)
    if put is not None and put.summary.get("written"):
        story.covered["put back", "written"] += 1


PUTS_BACK = 0.3

ACTIONS: dict[Callable[[Episode], None], float] = {
    daily: 8,
    some_companies: 1,
    approved: 7,
    by_name: 3,
    approve_run: 2,
    preview: 1,
    days_pass: 4,
    to_posting_day: 3,
    hand_edit: 3,
    toggle: 0.7,
    wrong_password: 0.4,
}
__all__ = ["act", "answer_questions", "approved", "maybe_put_back", "preview"]
