"""Several histories at once, each in its own place: what went wrong in any of them."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

SIDE_BY_SIDE = 8  # most of a history is waiting
Case = TypeVar("Case")


def wrong_in(tell: Callable[[Case], list[str]], cases: Iterable[Case]) -> str:
    """One line for each thing that is wrong; empty: nothing is."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return "\n".join(sentence for found in pool.map(tell, cases) for sentence in found)
