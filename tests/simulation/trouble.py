"""What may go wrong during the next sync: faults, a crash, an edit meanwhile, no connection."""

from bms_simulator.faults import AFTER, BEFORE, KINDS
from tests.simulation.crashes import ANYWHERE, STEPS
from tests.simulation.episode import Episode
from tests.simulation.writes_seen import BULK, POST

SIGN_IN = "POST /v2/security/authenticate"
ENDPOINTS = {
    POST: 6,
    BULK: 4,
    "GET /v2/admin/finance/services/{serviceId}/backgroundjob": 3,
    "POST /v2/admin/finance/services/{serviceId}/relatedservices/search": 3,
    "GET /v2/finance/contracts/summary": 3,
    "POST /v2/finance/invoices/details": 1,
    SIGN_IN: 1,
    "POST /v2/security/refreshtoken": 1,
}
# Edits come by `Network.meanwhile`. 401 and 429 come before any effect (writing.md rule 4): the one promise
# of the vendor's that the whole protocol stands on.
FAULTS = [kind for kind in KINDS if kind not in ("mutate", "401-after", "429-after")]
# The answer to a write is lost, with its effect or without it.
LOST = [kind for kind in (*AFTER, "cut-json") if kind in FAULTS]
UNSENT = [kind for kind in BEFORE if kind in FAULTS]
JOBS = ("job-fails", "job-passes-over")
LIKELY_CRASHES = {step: 3 if step.startswith(("before-", "after-", "write")) else 1 for step in STEPS}
# While a call, or the job that it started, is still on its way.
LIKELY_CRASHES |= dict.fromkeys(("after-intent", "after-call", "before-job", "write-after"), 6)


def disturb(story: Episode) -> None:
    chance = story.chance
    for _ in range(chance.weighed({0: 50, 1: 25, 2: 15, 3: 5})):
        _arm_fault(story)
    if chance.maybe(0.3):
        arm_crash(story)
    if chance.maybe(0.1):
        call = story.network.calls + chance.whole(2, 12)
        story.network.meanwhile[call] = lambda: edit_by_hand(story)
    if chance.maybe(0.06):
        story.network.upon_write[story.network.writing_calls + chance.whole(1, 3)] = story.hands.interfere
    if chance.maybe(0.06):
        story.hands.start_job(chance.pick((2, 20, 90, 400)))
    if chance.maybe(0.05):
        first = story.network.calls + chance.whole(1, 10)
        story.network.refused |= set(range(first, first + chance.weighed({1: 3, 3: 1, 8: 1})))
    if story.aside.maybe(0.05):
        _put_off_and_kill(story)


def _put_off_and_kill(story: Episode) -> None:
    """A POST leaves long after its intent, takes effect, and its process is gone before it hears of it.

    What was sent when is then not what the intent says; by chance alone this would hardly ever come together.
    """
    story.simulator.state.faults.clear()
    wait = story.aside.pick((60, 90, 300))
    story.faults.append(story.simulator.arm(POST, "429", retry_after=wait))
    # A refused call passes the step as well. Before the POST that is put off: a price, or nothing.
    story.crashes.arm("write-after", story.aside.pick((2, 3)))
    story.taken_over_at_once = True
    story.history.say(f"FAULT 429 at {POST}, to be sent again after {wait} s, and then killed")


def edit_by_hand(story: Episode) -> None:
    story.hands.anything()


def arm_crash(story: Episode) -> None:
    chance = story.chance
    step, occurrence = chance.weighed(LIKELY_CRASHES), chance.weighed({1: 6, 2: 3, 3: 2, 4: 1})
    if chance.maybe(0.5):
        step, occurrence = ANYWHERE, chance.whole(4, 60)
    story.crashes.arm(step, occurrence)
    story.history.say(f"to be killed at {step}, time {occurrence}")


def _arm_fault(story: Episode) -> None:
    chance = story.chance
    endpoint, kind = _pick_fault(story)
    options = {
        "occurrence": chance.weighed({1: 5, 2: 2, 3: 1}),
        "times": chance.weighed({1: 8, 2: 2, 5: 1}),
        "seconds": chance.pick((5, 45, 70) if kind == "slow" else (0, 5, 45)),
    }
    story.faults.append(story.simulator.arm(endpoint, kind, **options))
    if endpoint == SIGN_IN:
        story.hidden_refusals += options["times"]
    story.history.say(f"FAULT {kind} at {endpoint} {options}")


def _pick_fault(story: Episode) -> tuple[str, str]:
    chance = story.chance
    if chance.maybe(0.15):
        return BULK, chance.pick(JOBS)
    if chance.maybe(0.4):
        return chance.weighed(ENDPOINTS), chance.pick([kind for kind in FAULTS if kind not in JOBS])
    return chance.weighed({POST: 3, BULK: 2}), chance.pick(LOST if chance.maybe(0.6) else UNSENT)
