"""What must hold after each run, finished or killed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from bms_simulator.lines import Line, shown_terms
from bms_simulator.simulator import Simulator
from bms_simulator.writes import Write
from seatbridge.integrations.models import Integration
from seatbridge.reconcile.deciding import PRORATES_UNKNOWN
from seatbridge.sync.models import SyncRun
from seatbridge.sync.plans import planned_lines
from tests.simulation.broken import require
from tests.simulation.truth import Key, Truth, key_of
from tests.simulation.writes_seen import Part


@dataclass(slots=True)
class Permitted:
    """Keys that a run may write: planned as changes, or left open by an earlier one."""

    planned: set[Key] = field(default_factory=set)
    open: set[Key] = field(default_factory=set)
    dead: set[int] = field(default_factory=set)  # lines that were priced to 0 for good, and must stay there
    prorated: set[tuple[Key, date]] = field(default_factory=set)

    def add_plan(self, lines: Iterable[dict[str, Any]]) -> None:
        by_key: dict[Key, set[str]] = {}
        for line in lines:
            key = (line["contract_id"], line["service_id"])
            # An excluded company has no part in a line that others share.
            if line["status"] != "skipped:excluded":
                by_key.setdefault(key, set()).add(line["outcome"])
            told = line["proration"] is not None or PRORATES_UNKNOWN in line["cause"]
            if told and line["effective_date"] is not None:
                self.prorated.add((key, date.fromisoformat(line["effective_date"])))
        self.planned |= {key for key, outcomes in by_key.items() if outcomes == {"change"}}


def open_keys() -> set[Key]:
    """What is owed, or not read back yet; asked so often that the short way matters."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contract_id, service_id FROM sync_owed WHERE phase <> 'settled'"
            " UNION SELECT contract_id, service_id FROM sync_write WHERE state = 'intended'"
        )
        return set(cursor.fetchall())


def active_plan(integration: Integration) -> list[dict[str, Any]]:
    run = SyncRun.objects.filter(integration=integration, state__in=SyncRun.ACTIVE).first()
    return [] if run is None else planned_lines(run)


def check_permitted(parts: Collection[Part], permitted: Permitted, test_contract: int | None) -> None:
    """Invariant 3: what is not planned as a change, and not owed, has no vendor write."""
    for part in parts:
        allowed = part.key in permitted.planned | permitted.open or part.key[0] == test_contract
        allowed |= part.line_id in permitted.dead and not part.price
        require(allowed, 3, f"{part}, which was neither planned as a change nor owed")


def check_untouched(simulator: Simulator, truth: Truth, written: Collection[Key]) -> None:
    """Invariant 3: a line that we never wrote is as the world, a person or a night left it."""
    for line_id, line in truth.untouched.items():
        if key_of(line) in written:
            continue
        now = simulator.world.lines.get(line_id)
        require(now == line, 3, f"line {line_id} was never written, but is {now}, left as {line}")
    for line_id, line in simulator.world.lines.items():
        require(
            line_id in truth.untouched or key_of(line) in written,
            3,
            f"line {line_id} appeared by itself: {line}",
        )


def check_watch(simulator: Simulator, priced_under: Collection[int]) -> None:
    """Invariant 1: at no moment two priced lines of one service, but for what people put there.

    `priced_under`: writes that were on their way when somebody priced the second one. One that BMS put off is
    on its way until it has been sent again.
    """
    excused = {again.seq for seq in priced_under for again in _until_taken(simulator.writes, seq)}
    violations = [each for each in simulator.watch.violations if each.seq not in excused]
    require(not violations, 1, f"two priced lines at once: {violations}")


def _until_taken(writes: Sequence[Write], seq: int) -> Iterator[Write]:
    """That write, and the same one sent again, for as long as the answer says that it was not looked at."""
    first = next((write for write in writes if write.seq == seq), None)
    if first is None:
        return
    for write in writes:
        if write.seq >= seq and (write.endpoint, write.body) == (first.endpoint, first.body):
            yield write
            if write.answered not in (401, 429):
                return


def check_texts(
    truth: Truth, written: Collection[Key], owed: Collection[Key], allowed_units: dict[Key, set[int]]
) -> None:
    """Invariants 2 and 3: a line that we wrote keeps its texts, and has only units that were planned."""
    for key in sorted(written):
        if key in owed:
            continue
        for line in truth.priced(key):
            if line.id in truth.revived:
                continue  # an ended line that a person priced again: ours to price to 0, not to rename
            _check_text(truth, key, line, allowed_units.get(key, set()))


def _check_text(truth: Truth, key: Key, line: Line, units: set[int]) -> None:
    own, terms = truth.own[key], shown_terms(line, truth.today)
    found = (terms.name, terms.description)
    require(found == (own.name, own.description), 3, f"line {line.id} on {key} is called {found}, was {own}")
    require(
        terms.units in units,
        2,
        f"line {line.id} on {key} has {terms.units} units, planned were {sorted(units)}",
    )
