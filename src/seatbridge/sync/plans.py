"""Save and seal a plan: every planned line in one compressed document, under one digest.

A run of 10,000 companies plans 20,000 lines and usually changes few: a document per run keeps them all as
planned, and rows exist only for the lines of which more became (LineResult).
"""

import hashlib
import zlib
from collections.abc import Mapping
from typing import Any

import msgspec

from seatbridge.reconcile.basis import Basis
from seatbridge.reconcile.planned import Plan, PlannedLine
from seatbridge.sync.models import SyncRun

FIELDS = PlannedLine._fields
# Of fields that a plan of an older release does not have.
_PRESETS: Mapping[str, Any] = PlannedLine._field_defaults


def save_plan(run: SyncRun, plan: Plan) -> None:
    # Tuples become the lists of their fields, money decimal strings, dates ISO.
    text = msgspec.json.encode(plan.lines)
    run.plan_digest = hashlib.sha256(text).hexdigest()
    run.plan_document = zlib.compress(text, level=1)
    run.holds = list(plan.run_holds)
    run.save(update_fields=["plan_digest", "plan_document", "holds"])


def planned_lines(run: SyncRun) -> list[dict[str, Any]]:
    """The lines as planned; money as decimal strings, dates as ISO. ValueError where the seal is broken."""
    if run.plan_document is None:
        return []
    text = zlib.decompress(bytes(run.plan_document))
    if hashlib.sha256(text).hexdigest() != run.plan_digest:
        raise ValueError(f"The plan of run {run.pk} is not the one that was sealed.")
    return [{**_PRESETS, **dict(zip(FIELDS, row, strict=False))} for row in msgspec.json.decode(text)]


def bases_of(run: SyncRun) -> Mapping[tuple[str, str], Basis]:
    return {(line["company"], line["product"]): tuple(line["basis"]) for line in planned_lines(run)}
