"""An ordinary partner's year, drawn from a seed: who joins, leaves, grows, comes, goes and renews.

It says what each invoice must be by the counts alone; nothing of the product is asked.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from tests.support.story_world import Client

FIRST_DAY, ONE_DAY, CENT = date(2026, 1, 1), timedelta(days=1), Decimal("0.01")
COMPANIES, QUIET = 180, (2, 8)  # months in which nothing happens but that people join and leave
MONTHS = [month for month in range(1, 13) if month not in QUIET]
JOINS, LEAVES = 0.03, 0.025  # of all users, a month
DAYS = 30
START_POSTS_ON = 25
PRICES = ("5.00", "4.75", "4.20", "5.25")
EVENTS = {"arrives": 24, "leaves": 18, "renews": 15, "grows": 2}  # in the year


@dataclass
class Firm:
    """A company, and the contract that it is billed on. `stops`: the first day that it is not billed."""

    ref: str
    users: dict[str, int]
    price: str
    issue_on: str
    spare: int | None  # licenses beyond its users; None: Password Boss does not say how many it has
    begins: date = FIRST_DAY
    successor: bool = False  # a second contract follows the first
    renewed: int = 0  # in that month
    is_here: bool = True
    stops: date | None = None
    licenses: int | None = None

    def buys_licenses(self) -> bool:
        """Password Boss has no more users than licenses: more are assigned when they are needed."""
        users = sum(self.users.values())
        if self.spare is None or (self.licenses is not None and users <= self.licenses):
            return False
        self.licenses = users + self.spare
        return True

    def is_settled(self, today: date) -> bool:
        """Neither new nor renewed in this month: its contract has a period before and after it."""
        return self.renewed != today.month and (self.begins == FIRST_DAY or self.begins.month < today.month)

    def client(self) -> Client:
        return Client(
            self.ref,
            dict(self.users),
            licenses=self.licenses,
            contract={"start": FIRST_DAY.isoformat(), "end": "2027-12-31", "issue_on": self.issue_on},
            line={"unit_price": self.price},
        )


@dataclass(frozen=True, slots=True)
class Billed:
    """One full line of an invoice."""

    ref: str
    product: str
    since: date
    units: int
    total: Decimal


@dataclass
class Year:
    seed: int
    firms: list[Firm] = field(default_factory=list)
    events: dict[date, list[str]] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)  # noqa: S311 - the same year each time
        self.firms = [self._firm(number) for number in range(1, COMPANIES + 1)]
        for what, times in EVENTS.items():
            for _ in range(times):
                self.events.setdefault(self._day(what), []).append(what)

    def _firm(self, number: int) -> Firm:
        users = {"standard": max(2, round(self.dice.lognormvariate(2.64, 0.8)))}
        if number % 3 == 0:
            users["advanced"] = max(1, users["standard"] // 3)
        firm = Firm(
            f"client-{number:03}",
            users,
            self.dice.choice(PRICES),
            "start" if number % 5 == 0 else "end",
            None if number % 10 == 0 else self.dice.randint(1, 4),
        )
        firm.buys_licenses()
        return firm

    def _day(self, what: str) -> date:
        if what == "renews":  # it is accepted ahead, also where nothing else happens in the month after
            return date(2026, self.dice.choice(MONTHS), 10)
        return date(2026, self.dice.choice(MONTHS), self.dice.randint(3, 22))

    def events_of(self, month: int) -> int:
        return sum(len(all_of) for day, all_of in self.events.items() if day.month == month)

    def here(self, *, issue_on: str = "") -> list[Firm]:
        return [firm for firm in self.firms if firm.is_here and issue_on in ("", firm.issue_on)]

    def happens(self, today: date) -> Iterator[tuple[str, Firm]]:
        for what in self.events.get(today, ()):
            self.happened[what] += 1
            yield what, getattr(self, f"_{what}")(today)

    def _arrives(self, today: date) -> Firm:
        firm = self._firm(len(self.firms) + 1)
        # Its first period is shorter; one that is posted in advance was posted before it came.
        firm.issue_on, firm.begins = "end", today
        self.firms.append(firm)
        return firm

    def _leaves(self, today: date) -> Firm:
        firm = self.dice.choice([each for each in self.here() if each.is_settled(today)])
        firm.is_here = False
        posted = firm.issue_on == "start" and today.day >= START_POSTS_ON
        firm.stops = next_month(next_month(today) if posted else today)
        return firm

    def _renews(self, today: date) -> Firm:
        free = [firm for firm in self.here(issue_on="end") if not firm.successor and firm.begins == FIRST_DAY]
        firm = self.dice.choice(free)
        firm.successor, firm.renewed = True, today.month
        return firm

    def _grows(self, _today: date) -> Firm:
        """As many come at once as were there, and more: first where nobody knows the licenses, then where."""
        known = self.happened["grows"] % 2 == 0
        firm = self.dice.choice([each for each in self.here() if (each.spare is None) is not known])
        firm.users["standard"] += 30 + firm.users["standard"]
        return firm

    def a_day(self) -> bool:
        """Whether the list of companies is another one now."""
        for firm in self.here():
            for product, users in firm.users.items():
                joined = sum(self.dice.random() < JOINS / DAYS for _ in range(users))
                left = sum(self.dice.random() < LEAVES / DAYS for _ in range(users))
                firm.users[product] = max(1, users + joined - left)
        bought = [firm.buys_licenses() for firm in self.here()]
        return any(bought)

    def owed(self, kind: str, first: date) -> Iterator[Billed]:
        """What the period that begins on `first` must be invoiced at, by the counts as they are now."""
        for firm in self.firms:
            if firm.issue_on != kind or firm.begins >= next_month(first):
                continue
            if firm.stops is not None and firm.stops <= first:
                continue
            since, whole = max(first, firm.begins), (next_month(first) - first).days
            days = (next_month(first) - since).days
            for product, users in firm.users.items():
                total = users * Decimal(firm.price) * days / whole
                yield Billed(firm.ref, product, since, users, total.quantize(CENT, ROUND_HALF_UP))

    def counts(self) -> dict[str, dict[str, int]]:
        return {firm.ref: firm.users for firm in self.here()}


def next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def company_rows(firms: Sequence[Firm]) -> list[str]:
    known = [(each, "" if each.licenses is None else each.licenses) for each in firms]
    rows = [f"{each.ref},{each.ref.title()},{licenses}" for each, licenses in known]
    return ["ref,name,licenses_assigned", *rows]
