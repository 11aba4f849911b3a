"""A person's word on the preview of a put back."""

from collections.abc import Collection

from seatbridge.sync.approvable import Pair, lines_approved_together
from seatbridge.sync.models import SyncRun
from seatbridge.sync.shown.show import show_lines
from seatbridge.sync.shown.shown_lines import ShownLine, read_lines
from seatbridge.sync.starting import Asked


def may_be_put_back(line: ShownLine) -> bool:
    """As the preview of a put back shows it: nothing stands against it but a person's word."""
    return line.status in ("planned", "held:anomaly", "held:plan-change", "awaiting-approval")


def approved_put_back(preview: SyncRun, pairs: Collection[Pair] | None, actor: str) -> Asked | None:
    """Write what the preview of a put back showed, all of it or the lines named; who saw it lets it go.

    None: none of them can be put back.
    """
    offered = [line for line in read_lines(show_lines(preview)) if may_be_put_back(line)]
    wanted = [line.key for line in offered] if pairs is None else pairs
    chosen = lines_approved_together(offered, wanted, may_be_chosen=may_be_put_back)
    if not chosen:
        return None
    lines = sorted(line.key for line in chosen)
    return Asked(
        actor=actor,
        approve=True,
        approve_lines=lines,
        companies=sorted({company for company, _ in lines}),
        approves_run=preview,
        only_named=True,
        puts_back=preview.puts_back,
        puts_back_lines=lines,
    )
