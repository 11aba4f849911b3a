"""What the list is asked for: everything is in the URL."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from seatbridge.sync.shown.current import PlanLines, stake_of
from seatbridge.sync.shown.groups import Group
from seatbridge.sync.shown.shown_lines import ShownLine, money_of, unbilled_of
from seatbridge.web.asked_text import asked_text
from seatbridge.web.changes.rows import one_per_decision

# The six groups, what needs a person first; slug -> title and members.
TABS: dict[str, tuple[str, tuple[Group, ...]]] = {
    "waiting": ("Waiting for you", (Group.WAITING,)),
    "not-billed": ("Not being billed", (Group.NOT_BILLED,)),
    "could-not": ("Could not update", (Group.COULD_NOT_UPDATE,)),
    "updated": ("Updated · Planned", (Group.UPDATED, Group.PLANNED)),
    "up-to-date": ("Up to date", (Group.UP_TO_DATE,)),
    "off": ("Excluded · Off", (Group.OFF,)),
}
QUIET = ("up-to-date", "off")  # nearly all lines: nobody decides on them, and they move no money
SORTS: dict[str, Callable[[ShownLine], object]] = {
    "company": lambda line: (line.name.casefold(), line.product),
    "units": lambda line: (line.after or 0) - (line.before or 0),
    "money": stake_of,
    "when": lambda line: (line.effective is None, str(line.effective)),
}


@dataclass(frozen=True, slots=True)
class Filter:
    tab: str = ""
    search: str = ""
    sort: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.tab or self.search)


@dataclass(frozen=True, slots=True)
class Tab:
    slug: str
    title: str
    count: int
    money: Decimal | None
    is_here: bool


def read_filter(asked: Mapping[str, str]) -> Filter:
    """Whatever a URL holds: what is not known is left out."""
    tab, sort = asked.get("group", ""), asked.get("sort", "")
    return Filter(
        tab=tab if tab in TABS else "",
        search=asked_text(asked, "search"),
        sort=sort if sort.removeprefix("-") in SORTS else "",
    )


def filtered(plan: PlanLines, wanted: Filter) -> list[ShownLine]:
    groups = TABS[wanted.tab][1] if wanted.tab else tuple(g for _, members in TABS.values() for g in members)
    lines: Iterable[ShownLine] = (line for group in groups for line in plan.groups.get(group, ()))
    if wanted.search:
        text = wanted.search.casefold()
        lines = (line for line in lines if text in line.name.casefold() or text in line.company.casefold())
    if not wanted.sort:
        return list(lines)
    key = SORTS[wanted.sort.removeprefix("-")]
    return sorted(lines, key=key, reverse=wanted.sort.startswith("-"))  # type: ignore[arg-type]


def tabs(plan: PlanLines, wanted: Filter, *, each_line: bool = False) -> list[Tab]:
    """They count what the list has rows for: decisions, or each line of its own."""
    found = []
    for slug, (title, groups) in TABS.items():
        count, money = sum(len(plan.groups.get(group, ())) for group in groups), None
        if slug not in QUIET:
            members = [line for group in groups for line in plan.groups.get(group, ())]
            count = len(members if each_line else one_per_decision(members))
            money = unbilled_of(members) if slug == "not-billed" else money_of(members)
        found.append(Tab(slug, title, count, money, slug == wanted.tab))
    return found
