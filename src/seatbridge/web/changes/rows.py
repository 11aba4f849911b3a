"""A line of the plan as it is shown: facts in one order, and what its button will do."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from seatbridge.reconcile.words import day
from seatbridge.sync.approvable import Pair, may_be_approved, may_be_left, may_be_written_at_once
from seatbridge.sync.shown.groups import Group
from seatbridge.sync.shown.shown_lines import ShownLine, money_of
from seatbridge.sync.shown.together import together_of, with_whom
from seatbridge.web.changes.elsewhere import elsewhere
from seatbridge.web.links import company_url
from seatbridge.web.wording import day_words, money_words

PLAN_CHANGE = "held:plan-change"
PRODUCTS = {"standard": "Standard", "advanced": "Advanced"}


@dataclass(frozen=True, slots=True)
class Row:
    line: ShownLine
    product: str
    units: str
    money: str
    when: str
    second: str
    evidence: str  # of the units before
    url: str  # of the company's page
    pair: str
    form: str  # of the plan that a decision on the line is bound to; empty: none can be made here
    ticks: bool  # it may be selected, and written or left with others
    button: str  # empty: an approval does not write it
    decide: str  # the page on which it is decided, where that is another one
    decide_words: str
    leave: str = ""  # what leaving it as it is will do; empty: it does not wait
    put_back: str = ""  # what its put back would do; empty: there is none


def one_per_decision(lines: Iterable[ShownLine]) -> list[ShownLine]:
    """A change of plan is one row for all of its lines: its first one stands for the others."""
    seen: set[str] = set()
    found = []
    for line in lines:
        if line.status == PLAN_CHANGE:
            if line.company in seen:
                continue
            seen.add(line.company)
        found.append(line)
    return found


def rows_of(
    lines: Iterable[ShownLine],
    *,
    run_of: Mapping[tuple[str, str], int],
    base: int,
    parts: Collection[int] = (),
    waits: Iterable[str] = (),
    among: Iterable[ShownLine] = (),
    integration: int = 0,
) -> list[Row]:
    """`base`: the plan that approvals speak of. `waits`: why all of it waits, said once above the list.

    `parts`: later plans for some companies: their lines are decided on one by one, each by its own plan.

    `among`: all lines of the plan, where `lines` has one for each decision. `integration`: whose pages
    decide what no approval writes; 0: no such links.
    """
    repeated = " ".join(waits)
    changing: dict[str, list[ShownLine]] = {}
    for line in among:
        if line.status == PLAN_CHANGE:
            changing.setdefault(line.company, []).append(line)
    rows = []
    for line in lines:
        run = run_of.get(line.key)
        form = form_of(run, base) if run is not None and (run == base or run in parts) else ""
        row = _row(line, form=form, repeated=repeated, integration=integration)
        sides = changing.get(line.company, []) if line.status == PLAN_CHANGE else []
        rows.append(_as_one(row, sides) if len(sides) > 1 else row)
    return rows


def said_together(rows: Sequence[Row], whole: Iterable[ShownLine]) -> list[Row]:
    """Rows of one line in BMS say of each other: every one shows the whole change, and sums count it once."""
    together = together_of((row.line for row in rows), whole)
    found = []
    for row in rows:
        said = with_whom(row.line, together)
        found.append(replace(row, second=f"{row.second} {sentence(said)}".lstrip()) if said else row)
    return found


def _as_one(row: Row, sides: Iterable[ShownLine]) -> Row:
    """Standard → Advanced, what goes first."""
    ordered = sorted(sides, key=lambda line: bool(line.after))
    money = money_of(ordered)
    return replace(
        row,
        product=" → ".join(PRODUCTS.get(line.product, line.product) for line in ordered),
        units=" · ".join(units_words(line) for line in ordered),
        money="" if money is None else f"{money_words(money, row.line.currency, signed=True)} / month",
    )


def form_of(run: int, base: int) -> str:
    """The id of the form that carries a plan's seal."""
    return "approve" if run == base else f"approve-{run}"


def _row(line: ShownLine, *, form: str, repeated: str, integration: int) -> Row:
    may_be_written = bool(form) and may_be_approved(line)
    may_stay = bool(form) and may_be_left(line)
    other = elsewhere(line, integration) if integration else None
    at_once = bool(form) and may_be_written_at_once(line)
    return Row(
        line=line,
        product=PRODUCTS.get(line.product, line.product),
        units=units_words(line),
        money=money_of_line(line),
        when="" if line.effective is None or line.group is Group.UP_TO_DATE else day_words(line.effective),
        second=second_line(line, repeated),
        evidence=sentence(line.evidence) if line.evidence else "",
        url=company_url(line.company),
        pair=f"{line.company}/{line.product}",
        form=form,
        ticks=form == "approve" and (may_be_written or may_stay),
        button=write_words(line) if may_be_written or at_once else "",
        decide=other.url if other else "",
        decide_words=other.words if other else "",
        leave=leave_words(line) if may_stay else "",
    )


def pair_of(text: str) -> Pair:
    """A company's ref may hold a slash itself; an empty product is all of its lines."""
    ref, _, product = text.rpartition("/")
    return ref, product


def units_words(line: ShownLine) -> str:
    if line.before is None and line.after is None:
        return line.explanation
    if line.group is Group.NOT_BILLED and line.after is not None:
        return f"{line.after:,} user{'' if line.after == 1 else 's'}"
    if line.is_kept and line.before is not None:
        return f"{line.before:,}"
    if line.compared == line.after:
        return f"{line.after:,}"
    before = "unknown" if line.compared is None else f"{line.compared:,}"
    if line.line_id is None and line.before is None:
        return f"{line.after:,}" if line.after is not None else ""
    return f"{before} → {'no count' if line.after is None else f'{line.after:,}'}"


def money_of_line(line: ShownLine) -> str:
    """What changes has a sign; what is not being billed is a sum."""
    if line.group is Group.NOT_BILLED:
        return f"{money_words(line.unbilled, line.currency)} / month" if line.unbilled else ""
    if not line.money or line.group in (Group.UP_TO_DATE, Group.OFF):
        return ""
    return f"{money_words(line.money, line.currency, signed=True)} / month"


def second_line(line: ShownLine, repeated: str = "") -> str:
    """Why the units are what they are, where all is well; else what happened, and what to do."""
    if line.group is Group.UP_TO_DATE:
        return line.cause or line.explanation
    cause = line.cause.replace(repeated, "").strip() if repeated else line.cause
    why = line.explanation if line.group in (Group.UPDATED, Group.PLANNED) else ""
    said = "" if line.status == "synced" else cause
    parts = [why, said, prorated_words(line), line.fix]
    if line.is_waiting and line.deadline is not None and f"before {day(line.deadline)}" not in line.fix:
        parts.append(f"Decide before {day(line.deadline)}")
    parts.append(line.waiting)
    return " ".join(sentence(part) for part in parts if part)


def prorated_words(line: ShownLine) -> str:
    """Where the change is dated inside a period."""
    if not line.proration:
        return ""
    return f"prorated: {money_words(line.proration, line.currency, signed=True)} once, on the next invoice"


def sentence(text: str) -> str:
    ended = text.endswith((".", "!", "?", "…"))
    return text[:1].upper() + text[1:] + ("" if ended else ".")


def leave_words(line: ShownLine) -> str:
    if line.status == "held:plan-change":
        return "Leave both as they are"
    return "Leave as it is" if line.before is None else f"Leave at {line.before:,}"


def write_words(line: ShownLine) -> str:
    """What the button will do."""
    after = line.after or 0
    if line.status == PLAN_CHANGE:
        return f"Write both lines{_from(line)}"
    return f"Write {after:,} unit{'' if after == 1 else 's'}{_from(line)}"


def _from(line: ShownLine) -> str:
    return "" if line.effective is None else f" from {day_words(line.effective, weekday=False)}"


def all_words(lines: Iterable[ShownLine]) -> str:
    """Write 12 changes, +$340.00 a month; of units that nobody knows there is no sum."""
    once = {line.shared: line for line in lines}.values()
    known = [line for line in once if line.before is not None]
    words = f"Write {len(once):,} change{'' if len(once) == 1 else 's'}"
    if not known:
        return words
    money = sum((line.money or Decimal(0) for line in known), Decimal(0))
    words += f", {money_words(money, known[0].currency, signed=True)} a month"
    return words if len(known) == len(once) else f"{words} for {len(known):,} of them"
