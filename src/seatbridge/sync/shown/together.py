"""Lines of a plan that are one line in BMS: each says with whom, since a sum counts them once."""

from collections.abc import Iterable

from seatbridge.sync.shown.shown_lines import ShownLine
from seatbridge.usage.products import NAMES

MOST_NAMED = 3

Together = dict[
    tuple[object, ...], dict[tuple[str, str], str]
]  # line of BMS -> company and product -> its name


def together_of(lines: Iterable[ShownLine], whole: Iterable[ShownLine]) -> Together:
    """Those of `whole` that share a line of BMS with one of `lines`."""
    some = list(lines)
    found: Together = {line.shared: {} for line in some}
    contracts = {line.contract_id for line in some}
    for line in whole:  # thousands: the contract is asked for first, and rules out nearly all of them
        if line.contract_id in contracts and line.shared in found and not line.is_empty:
            found[line.shared][line.key] = line.name
    return found


def with_whom(line: ShownLine, together: Together) -> str:
    """`One line in BMS with Hollis Marine: sums count it once`; empty where the line is its own."""
    others = {
        key: name if key[0] != line.company else NAMES.get(key[1], key[1])
        for key, name in together.get(line.shared, {}).items()
        if key != line.key
    }
    if not others:
        return ""
    names = list(dict.fromkeys(others.values()))
    more = len(names) - MOST_NAMED
    said = ", ".join(names[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return f"One line in BMS with {said}: sums count it once"
