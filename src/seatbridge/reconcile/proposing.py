"""What past invoices say of the billing calendar: days, ends of cycle, periods, each with its evidence. Pure.

A proposal is for a person to accept: an invoice tells when somebody posted, not what BMS is set to.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from seatbridge.psa.records import Contract, InvoiceHead, InvoiceLine
from seatbridge.reconcile.calendar import BillingCalendar, ContractTerms, IssueOn, Kind
from seatbridge.reconcile.periods import Rhythm, cycle_of
from seatbridge.reconcile.posting import rhythm_of, scheduled
from seatbridge.reconcile.words import ordinal

FEWEST = 2  # invoices of a contract before anything is said of it
CLEAR = 3, 4  # at least so many parts of them must agree
NAMED = 12  # invoices named in the evidence


class Posted(NamedTuple):
    """One contract on one invoice: when that was made, and the first day of each period that it bills."""

    on: date
    periods: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Habit:
    """How one contract was posted. `agree` of `days` invoices were made on the kind's day."""

    contract_id: int
    kind: Kind
    fiscal: bool | None  # None: its periods are the same either way
    agree: int
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """`calendar` as it would be. `evidence`: sentences, of the calendar (0) and by contract id."""

    start_posts_on: int
    end_posts_on: int
    default: IssueOn
    fiscal: bool
    contracts: Mapping[int, ContractTerms]  # only those that would change
    evidence: Mapping[int, str]
    unclear: int  # contracts with invoices of which nothing can be said


def propose(
    contracts: Mapping[int, Contract],
    heads: Iterable[InvoiceHead],
    lines: Iterable[InvoiceLine],
    calendar: BillingCalendar,
) -> Proposed:
    """1 join invoices and lines  2 each contract's habit  3 the commonest is the calendar, others differ."""
    posted = _posted(heads, lines)
    habits: dict[int, Habit] = {}
    unclear = 0
    for number, made in sorted(posted.items()):
        contract = contracts.get(number)
        if contract is None or cycle_of(contract.billing_cycle) is None:
            continue
        habit = habit_of(contract, made)
        if habit is None:
            unclear += 1
        else:
            habits[number] = habit
    common = _common(habits.values(), calendar)
    evidence = {0: _said_of_all(habits.values(), common)}
    terms = {}
    for number, habit in habits.items():
        wanted = _terms(habit, common, calendar.contracts.get(number))
        if wanted != calendar.contracts.get(number, ContractTerms()):
            terms[number] = wanted
            evidence[number] = said_of(habit)
    return Proposed(
        start_posts_on=common.start_posts_on,
        end_posts_on=common.end_posts_on,
        default=common.default,
        fiscal=common.fiscal,
        contracts=terms,
        evidence=evidence,
        unclear=unclear,
    )


def _posted(heads: Iterable[InvoiceHead], lines: Iterable[InvoiceLine]) -> dict[int, list[Posted]]:
    """By contract. Of lines that come again: a one-off sale is dated as it likes."""
    made_on = {head.id: head.on for head in heads if head.on is not None}
    # contract -> name of a line -> day of the invoice -> first days
    seen: dict[int, dict[str, dict[date, set[date]]]] = defaultdict(lambda: defaultdict(dict))
    for line in lines:
        on = made_on.get(line.invoice_id or 0)
        if on is not None and line.contract_id and line.value_date is not None:
            seen[line.contract_id][line.name].setdefault(on, set()).add(line.value_date)
    return {number: _recurring(names) for number, names in seen.items()}


def _recurring(names: Mapping[str, Mapping[date, set[date]]]) -> list[Posted]:
    """Names that stand on at least half of the contract's invoices."""
    half = len({on for days in names.values() for on in days}) / 2
    firsts: dict[date, set[date]] = defaultdict(set)
    for days in names.values():
        if len(days) >= half:
            for on, values in days.items():
                firsts[on] |= values
    return [Posted(on, tuple(sorted(days))) for on, days in sorted(firsts.items())]


def habit_of(contract: Contract, made: Sequence[Posted]) -> Habit | None:
    """None: too few invoices, or they do not agree."""
    if len(made) < FEWEST:
        return None
    fiscal = _fiscal(contract, made)
    rhythm = _rhythm(contract, fiscal=fiscal is not False)
    ends = Counter(_issued(rhythm, each) for each in made)
    days = tuple(each.on for each in made)
    number, agree = _day_of_month(days)
    issue_on, most = ends.most_common(1)[0]
    parts, of = CLEAR
    if issue_on is None or min(agree, most) * of < len(made) * parts:
        return None
    return Habit(contract.id, Kind(issue_on, number), fiscal, agree, days)


def _rhythm(contract: Contract, *, fiscal: bool) -> Rhythm:
    found = rhythm_of(contract, BillingCalendar(fiscal=fiscal))
    if found is None:
        raise ValueError(f"{contract.billing_cycle} is no cycle.")
    return found


def _fiscal(contract: Contract, made: Sequence[Posted]) -> bool | None:
    """Which periods the first days of the billed ones fit. A cut first period begins with the contract."""
    firsts = [day for each in made for day in each.periods if day > contract.start]
    fits = {
        fiscal: sum(_begins(_rhythm(contract, fiscal=fiscal), day) for day in firsts)
        for fiscal in (True, False)
    }
    return None if fits[True] == fits[False] else fits[True] > fits[False]


def _begins(rhythm: Rhythm, day: date) -> bool:
    period = rhythm.containing(day)
    return period is not None and period.start == day


def _issued(rhythm: Rhythm, made: Posted) -> IssueOn | None:
    """End of cycle where every period that the invoice bills had ended before it.

    The day of a proration lies inside a period that is billed here, or was before.
    """
    ends = [period.end for day in made.periods if (period := rhythm.containing(day)) is not None]
    if not ends:
        return None
    return IssueOn.END if max(ends) < made.on else IssueOn.START


def _day_of_month(days: Sequence[date]) -> tuple[int, int]:
    """The day that most of them are; the last days of short months speak for the 31st as well."""
    fits = {
        number: sum(scheduled(number, day.year, day.month) == day for day in days) for number in range(1, 32)
    }
    number = max(fits, key=lambda each: (fits[each], -each))
    return number, fits[number]


def _common(habits: Iterable[Habit], calendar: BillingCalendar) -> BillingCalendar:
    """What most contracts do becomes the calendar; where nobody says anything it stays."""
    kinds = Counter(habit.kind for habit in habits)
    ends = Counter({end: sum(n for kind, n in kinds.items() if kind.issue_on is end) for end in IssueOn})
    said = [habit.fiscal for habit in habits if habit.fiscal is not None]
    fiscal = calendar.fiscal if not said else sum(said) * 2 >= len(said)
    return replace(
        calendar,
        start_posts_on=_commonest(kinds, IssueOn.START) or calendar.start_posts_on,
        end_posts_on=_commonest(kinds, IssueOn.END) or calendar.end_posts_on,
        default=max(IssueOn, key=lambda end: (ends[end], end is calendar.default)),
        fiscal=fiscal,
    )


def _commonest(kinds: Mapping[Kind, int], issue_on: IssueOn) -> int | None:
    found = {kind.day: number for kind, number in kinds.items() if kind.issue_on is issue_on}
    return max(found, key=lambda day: (found[day], -day)) if found else None


def _terms(habit: Habit, common: BillingCalendar, stands: ContractTerms | None) -> ContractTerms:
    own = None if habit.kind.issue_on is common.default else habit.kind.issue_on
    day = None if habit.kind == common.kind_of(habit.kind.issue_on) else habit.kind.day
    fiscal = habit.fiscal
    if fiscal is None:  # invoices do not tell: what a person said stays
        fiscal = None if stands is None else stands.fiscal
    elif fiscal is common.fiscal:
        fiscal = None
    return ContractTerms(own, fiscal, day)


def said_of(habit: Habit) -> str:
    """`end of cycle, posted on the 1st in 11 of 12 invoices: 1 Oct 2025, 1 Nov 2025, …`"""
    named = ", ".join(_short(day) for day in habit.days[-NAMED:])
    more = "" if len(habit.days) <= NAMED else f" and {len(habit.days) - NAMED} before"
    return (
        f"{habit.kind.issue_on.value.capitalize()} of cycle, posted on the {ordinal(habit.kind.day)} "
        f"in {habit.agree} of {len(habit.days)} months: invoices of {named}{more}."
    )


def _said_of_all(habits: Iterable[Habit], common: BillingCalendar) -> str:
    parts = []
    for issue_on in (IssueOn.END, IssueOn.START):
        mine = [habit for habit in habits if habit.kind.issue_on is issue_on]
        kind = common.kind_of(issue_on)
        same = [habit for habit in mine if habit.kind == kind]
        if not mine:
            continue
        days = sorted({day for habit in same for day in habit.days})
        right = [day for day in days if scheduled(kind.day, day.year, day.month) == day]
        named = ", ".join(_short(day) for day in right[-NAMED:])
        parts.append(
            f"{issue_on.value.capitalize()} of cycle: {len(same)} of {len(mine)} contracts are posted on "
            f"the {ordinal(kind.day)}, in {_months(right)} of {_months(days)} months: invoices of {named}."
        )
    return " ".join(parts)


def _months(days: Iterable[date]) -> int:
    return len({(day.year, day.month) for day in days})


def _short(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
