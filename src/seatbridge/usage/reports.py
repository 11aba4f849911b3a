"""What an import did, or in a dry run would do."""

from dataclasses import dataclass

NAMED = 5  # companies in one warning


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`created`, `changed` and `unchanged` are rows; `companies`: how many the file names.

    `left`: how many companies (of a users file: how many users) the file shows to be gone.
    """

    kind: str
    rows: int
    created: int
    changed: int
    unchanged: int
    left: int
    companies: int
    warnings: tuple[str, ...]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging the staged rows came to."""

    created: int
    changed: int
    left: int
    warnings: tuple[str, ...] = ()


def some(names: list[str], total: int) -> str:
    """The first names of many: `A, B and 3 more`."""
    return ", ".join(names) + (f" and {total - len(names)} more" if total > len(names) else "")
