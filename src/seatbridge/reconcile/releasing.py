"""A person's word on the run as a whole: what must be approved first, and what moved since it was."""

from collections.abc import Mapping

from seatbridge.reconcile.basis import Basis, what_moved
from seatbridge.reconcile.covering import refuse_moved
from seatbridge.reconcile.rulings import Ruling, held
from seatbridge.reconcile.weighing import Weighed


def wait_for_run(holds: tuple[str, ...], move: str) -> Ruling | None:
    if not holds:
        return None
    return held(
        "awaiting-approval",
        f"{move} {' '.join(holds)}".strip(),
        "Look at the whole plan, then approve the run.",
    )


def check_bases(
    weighed: Weighed, basis: Basis, approved: Mapping[tuple[str, str], Basis] | None
) -> Ruling | None:
    """None where the line stands as it was approved, or no preview was approved."""
    if approved is None:
        return None
    for member in weighed.members:
        former = approved.get(member.name)
        if former is None:
            return held(
                "awaiting-approval",
                f"{member.company.name} was not in the plan that was approved.",
                "Look at the new plan, then approve it.",
            )
        if former != basis:
            return refuse_moved(what_moved(former, basis))
    return None
