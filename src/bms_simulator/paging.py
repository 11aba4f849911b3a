"""Pages and text filters as the vendor's list endpoints understand them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

DEFAULT_PAGE_SIZE = 10

Item = TypeVar("Item")


def page_of(items: Sequence[Item], asked: Mapping[str, Any], cap: int) -> Sequence[Item]:
    """The asked page; a size over the cap is cut without a word, pages count from 1."""
    size = min(_number(asked.get("pagesize")) or DEFAULT_PAGE_SIZE, cap)
    number = max(1, _number(asked.get("pagenumber")))
    return items[(number - 1) * size : number * size]


def _number(value: Any) -> int:
    text = str(value or "").strip()
    return int(text) if text.isdecimal() else 0


def contains(text: str, wanted: Any) -> bool:
    """A text filter: any case, any part of the text; an absent filter lets everything through."""
    return not wanted or str(wanted).casefold() in text.casefold()


def is_true(value: Any) -> bool:
    return str(value or "").lower() in {"true", "1"}


def ids_in(value: Any) -> set[int]:
    """Ids given as a list or as text with commas."""
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return {int(str(part)) for part in parts if str(part).strip().isdecimal()}
