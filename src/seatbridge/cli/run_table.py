"""The table after a sync: groups of words, calm ones first, what needs a person last, each with its sum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from textwrap import wrap

from rich.cells import cell_len
from rich.text import Text

from seatbridge.cli.printing import OUT, shown
from seatbridge.reconcile.words import amount, day, signed
from seatbridge.sync.shown.groups import NEEDS_PERSON, Group
from seatbridge.sync.shown.shown_lines import ShownLine, money_of
from seatbridge.sync.shown.together import Together, together_of, with_whom

MOST_CALM = 20  # lines of a group that needs nobody
LONGEST_NAME = 40
INDENT = 6
NOT_INVOICED = (Group.NOT_BILLED, Group.OFF)
STYLES = {
    Group.OFF: "dim",
    Group.UP_TO_DATE: "green",
    Group.UPDATED: "cyan",
    Group.PLANNED: "blue",
    Group.COULD_NOT_UPDATE: "red",
    Group.NOT_BILLED: "magenta",
    Group.WAITING: "yellow",
}


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[str, str, str, str, str]  # company, product, units, money, from
    status: str
    detail: str


def print_run_table(
    lines: Sequence[ShownLine], *, waits: Sequence[str] = (), everything: bool = False
) -> None:
    """`waits`: why the whole run waits, said once below and not in every line.

    `everything`: also the calm lines that are usually only counted.
    """
    repeated = " ".join(waits)
    if repeated:
        lines = [replace(line, cause=line.cause.replace(repeated, "").strip()) for line in lines]
    together = together_of(lines, lines)
    widths = _widths(_row(line, together) for line in lines)
    for group in Group:
        members = [line for line in lines if line.group is group and not line.is_empty]
        if members:
            _print_group(group, members, widths, together, everything=everything)


def _print_group(
    group: Group,
    members: Sequence[ShownLine],
    widths: Sequence[int],
    together: Together,
    *,
    everything: bool,
) -> None:
    total = money_of(members)
    money = "" if total is None else _money(group, total, members[0].currency)
    count = f"{len(members):,} line" + ("" if len(members) == 1 else "s")
    OUT.print()
    OUT.print(Text(" · ".join(filter(None, (group.value, count, money))), style=f"bold {STYLES[group]}"))
    listed = members if everything or group in NEEDS_PERSON else members[:MOST_CALM]
    for line in listed:
        _print_row(_row(line, together), widths, STYLES[group])
    if len(listed) < len(members):
        OUT.print(f"  … and {len(members) - len(listed):,} more (--all lists them)", style="dim")


def _money(group: Group, a_month: Decimal, currency: str) -> str:
    """A change has a sign; what nobody is billed for is a sum."""
    if group is Group.UP_TO_DATE:
        return ""
    said = amount(a_month, currency) if group in NOT_INVOICED else signed(a_month, currency)
    return f"{said} a month"


def _print_row(row: _Row, widths: Sequence[int], style: str) -> None:
    text = Text("  ", no_wrap=True, overflow="ellipsis")
    for number, (cell, width) in enumerate(zip(row.cells, widths, strict=True)):
        space = " " * (width - cell_len(cell))
        text.append(space + cell if number == 3 else cell + space)
        text.append("  ")
    text.append(row.status, style=style)
    OUT.print(text)
    for part in wrap(row.detail, max(OUT.width - INDENT, 40)):
        OUT.print(Text(" " * INDENT + part, style="dim"))


def _widths(rows: Iterator[_Row]) -> list[int]:
    widths = [0] * 5
    for row in rows:
        widths = [max(old, cell_len(cell)) for old, cell in zip(widths, row.cells, strict=True)]
    return widths


def _row(line: ShownLine, together: Together) -> _Row:
    name = shown(line.name)
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 1]}…"
    calm = line.group is Group.UP_TO_DATE
    money = "" if line.money is None else _money(line.group, line.money, line.currency)
    effective = "" if line.effective is None or calm else day(line.effective)
    matches = calm and not line.is_kept
    units = f"{line.after}" if matches and line.after is not None else line.units
    status = shown(line.explanation) if matches else line.status
    return _Row((name, line.product, units, money, effective), status, shown(_detail(line, together)))


def _detail(line: ShownLine, together: Together) -> str:
    """Why the units are what they are, where they change; else what happened and what to do."""
    changes = line.group in (Group.UPDATED, Group.PLANNED)
    why = line.explanation if changes else ""
    cause = "" if line.status == "synced" else line.cause  # the row itself says it
    shared = "" if line.group is Group.UP_TO_DATE else with_whom(line, together)
    return " ".join(_sentence(part) for part in (why, cause, line.fix, shared) if part)


def _sentence(text: str) -> str:
    ended = text.endswith((".", "!", "?", "…"))
    return text[:1].upper() + text[1:] + ("" if ended else ".")
