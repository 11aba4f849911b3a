"""Eight kinds of bad feed on a partner of tens of companies: not one unit is written without a person.

Told over real sockets. Each says which limit it tripped, and how much money is at stake.
"""

import random
import re
from collections.abc import Callable, Mapping

import pytest

from tests.support.over_http import over_http
from tests.support.story import Ran, Settle, Story
from tests.support.story_world import Client

Counts = Mapping[str, Mapping[str, int]]
MONEY = re.compile(r"\$\d[\d,]*\.\d\d a month")


def partner(size: int, *, seed: int = 7, alike: bool = False, licensed: bool = True) -> list[Client]:
    """Companies as MSPs have them: a median of 14 users, few large ones, every third on Advanced too."""
    dice = random.Random(seed)  # noqa: S311 - the same partner each time
    found = []
    for number in range(1, size + 1):
        users = dice.randint(12, 15) if alike else max(2, round(dice.lognormvariate(2.64, 0.8)))
        units = {"standard": users}
        if number % 3 == 0 and not alike:
            units["advanced"] = max(1, users // 3)
        spare = dice.randint(0, 3)
        licenses = None if not licensed else 1000 if alike else sum(units.values()) + spare
        found.append(Client(f"client-{number:03}", units, licenses=licenses))
    return found


def every_count(change: Callable[[int], int]) -> Callable[[Counts], Counts]:
    return lambda counts: {
        ref: {product: change(users) for product, users in by.items()} for ref, by in counts.items()
    }


def half_zero(counts: Counts) -> Counts:
    return {
        ref: {product: users if place % 2 else 0 for product, users in by.items()}
        for place, (ref, by) in enumerate(counts.items())
    }


def ten_lost(counts: Counts) -> Counts:
    return dict(list(counts.items())[10:])


def shifted(counts: Counts) -> Counts:
    """Each row carries the numbers of the row above it, as a spreadsheet does to whoever sorts one column."""
    rows = [(ref, product, users) for ref, by in counts.items() for product, users in by.items()]
    found: dict[str, dict[str, int]] = {}
    for (ref, product, _), (_, _, above) in zip(rows, [rows[-1], *rows[:-1]], strict=True):
        found.setdefault(ref, {})[product] = above
    return found


KINDS: dict[str, Callable[[Counts], Counts]] = {
    "all 0": every_count(lambda _: 0),
    "all 1": every_count(lambda _: 1),
    "x10": every_count(lambda users: users * 10),
    "half zero": half_zero,
    "ten companies lost": ten_lost,
    "-20 %": every_count(lambda users: round(users * 0.8)),
    "+12 %": every_count(lambda users: round(users * 1.12)),
    "rows shifted by one": shifted,
}
PARTNERS = {
    "60 companies": partner(60),
    "licenses unknown": partner(40, seed=5, licensed=False),
    "all alike": partner(40, seed=9, alike=True),
}
every_kind = pytest.mark.parametrize("kind", KINDS)
every_partner = pytest.mark.parametrize("cast", PARTNERS.values(), ids=PARTNERS.keys())


def told(settle: Settle, cast: list[Client]) -> Story:
    """The last good feed is a complete one, and all stands as it should."""
    story = settle(cast, products=("standard", "advanced"))
    story.bring_counts(story.counts, complete=True)
    return story


def said(ran: Ran) -> str:
    waiting = [line for line in ran.shown["lines"] if line["outcome"] in ("hold", "blocked")]
    return " ".join([*ran.shown["waits"], *(f"{line['cause']} {line['waiting']}" for line in waiting)])


@every_partner
@every_kind
def test_nothing_is_written_without_a_person(settle: Settle, kind: str, cast: list[Client]) -> None:
    story = told(settle, cast)
    with over_http(story) as http:
        assert http.sync().writes == []
        story.bring_counts(KINDS[kind](story.counts), complete=True)
        ran = http.sync()
        assert ran.writes == []
        assert ran.state in ("awaiting-approval", "needs-attention")
        assert MONEY.search(said(ran)), said(ran)[:500]
        for sentence in ran.shown["waits"]:
            assert MONEY.search(sentence), sentence
        # Nor by the same feed a second time, by a person's Sync Now, or by the last sync before posting.
        story.bring_counts(KINDS[kind](story.counts), complete=True)
        for asked in ({}, {"approve": True}, {"last_before_posting": True}):
            assert http.sync(**asked).writes == []
    assert story.bms.writes == []


def test_the_good_feed_that_follows_needs_nobody(settle: Settle) -> None:
    story = told(settle, PARTNERS["60 companies"])
    good = story.counts
    with over_http(story) as http:
        story.bring_counts(shifted(good), complete=True)
        assert http.sync().state == "awaiting-approval"
        story.bring_counts(good, complete=True)
        ran = http.sync()
    assert (ran.state, ran.writes) == ("succeeded", [])
