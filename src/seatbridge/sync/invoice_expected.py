"""What the invoices of a posting have to carry, line by line: by what stands now and what was written.

Kept at the first whole sync after the posting day, before it writes anything. Lines are those of the newest
plan, and those of a contract that ended since: its last period is posted when its companies are billed on
the one that follows already.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from seatbridge.integrations.methods import verdict
from seatbridge.psa.records import Contract, Line
from seatbridge.reconcile.calendar import Kind
from seatbridge.reconcile.carried import units_before_with
from seatbridge.reconcile.facts import Evidence, Key, KnownLine
from seatbridge.reconcile.invoice_check import posted_last
from seatbridge.reconcile.line_checks import find_line
from seatbridge.reconcile.planned import Plan, PlannedLine
from seatbridge.reconcile.units_before import Before, Seen
from seatbridge.sync.memory import read_known
from seatbridge.sync.models import LineMemory
from seatbridge.sync.putting_back.moves import Move, moves_since
from seatbridge.sync.running import Running

EDITED = "held:edited-in-bms"
Row = dict[str, Any]
Dates = Mapping[Key, tuple[int | None, date | None]]  # the units that we wrote last, and from which day


class Standing(NamedTuple):
    """One line that bills, and for whom. `units` None: not known. `edited`: a person changed it in BMS."""

    key: Key
    line: Line
    members: tuple[PlannedLine, ...]
    units: int | None
    price: Decimal  # of one user
    carried: bool = False
    edited: bool = False


def expected_rows(running: Running, planned: Plan, kinds: Collection[Kind]) -> list[Row]:
    """A row a line of contracts of these kinds; none where nothing of it was posted."""
    standing = [*_of_plan(running, planned, kinds), *_of_former_contracts(running, planned, kinds)]
    found = [(each, row) for each in standing if (row := _row(running, each)) is not None]
    if found:
        _expect(running, found)
    return [row for _, row in found]


def _of_plan(running: Running, planned: Plan, kinds: Collection[Kind]) -> Iterator[Standing]:
    lines: dict[Key, list[PlannedLine]] = {}
    for line in planned.lines:
        if line.contract_id is None or line.service_id is None or line.line_id is None:
            continue
        if running.calendar.kind(line.contract_id) in kinds:
            lines.setdefault((line.contract_id, line.service_id), []).append(line)
    for key, members in lines.items():
        first = members[0]
        read = next((each for each in running.seen.of(key).lines if each.id == first.line_id), None)
        if read is None or first.units_before is None or first.unit_price is None:
            continue  # asked about elsewhere: units to confirm
        carried = first.evidence_code == Evidence.CARRIED
        edited = first.status == EDITED
        yield Standing(key, read, tuple(members), first.units_before, first.unit_price, carried, edited)


def _of_former_contracts(running: Running, planned: Plan, kinds: Collection[Kind]) -> Iterator[Standing]:
    """Lines that we knew on contracts that are over, of companies which a later one of the account bills."""
    ended = {
        number
        for number, contract in running.seen.contracts.items()
        if contract.end is not None
        and contract.end < running.today()
        and running.calendar.kind(number) in kinds
        and any(posted_last(contract, running.calendar, running.billing_now()))
    }
    billed = {(line.contract_id, line.service_id) for line in planned.lines}
    known = read_known(running.integration, {}) if ended else {}
    for key, memory in known.items():
        if key[0] not in ended or key in billed:
            continue
        members = tuple(line for line in planned.lines if _follows(running, line, key))
        found = find_line(running.seen.of(key).lines, memory).line
        if members and found is not None:
            yield _former(running, key, found, memory, members)


def _follows(running: Running, line: PlannedLine, former: Key) -> bool:
    """The same service on a contract of the same account, which begins when the former one is over."""
    old, new = running.seen.contracts[former[0]], running.seen.contracts.get(line.contract_id or 0)
    if new is None or line.service_id != former[1] or old.end is None or new.start <= old.end:
        return False
    return _account(running, former, old) == _account(running, (new.id, former[1]), new)


def _account(running: Running, key: Key, contract: Contract) -> int | str:
    """By its lines; two accounts may share a name."""
    return next((line.account_id for line in running.seen.of(key).lines), contract.account_name)


def _former(
    running: Running, key: Key, line: Line, known: KnownLine, members: tuple[PlannedLine, ...]
) -> Standing:
    before = _units_of(running, key, line, known)
    carried = before.evidence is Evidence.CARRIED and known.carried is not None
    price = known.carried.unit_price if carried and known.carried is not None else line.unit_price
    return Standing(key, line, members, before.units, price, carried, edited=bool(before.edited))


def _units_of(running: Running, key: Key, line: Line, known: KnownLine) -> Before:
    """As for a plan, but that other lines of the contract are not looked at: its total proves less."""
    contract = running.seen.contracts[key[0]]
    seen = Seen(
        line,
        contract.billing_price,
        known,
        invoiced=None,
        sole=False,
        today=running.today(),
        currency=running.integration.currency,
        crowded=True,
    )
    return units_before_with(verdict(running.integration).method, seen)


def _row(running: Running, standing: Standing) -> Row | None:
    contract = running.seen.contracts.get(standing.key[0])
    if contract is None:
        return None
    periods = list(posted_last(contract, running.calendar, running.billing_now()))
    if not periods:
        return None
    return {
        "contract_id": contract.id,
        "contract": contract.name,
        "service_id": standing.key[1],
        "line": standing.line.name,
        "companies": [[each.company, each.company_name, each.product] for each in standing.members],
        "price": str(standing.price),
        "currency": standing.members[0].currency,
        "carried": standing.carried,
        "periods": [[period.start.isoformat(), period.end.isoformat()] for period in periods],
        "shares": [[(period.end - period.start).days + 1, period.days] for period in periods],
    }


def _expect(running: Running, found: Sequence[tuple[Standing, Row]]) -> None:
    """Units on each period's first day, by what stands now and what was written around it."""
    dated = [(each, row, _first_days(row)) for each, row in found]
    moves = moves_since(running.integration, min(days[0] for *_, days in dated))
    doubtful = [each for each, _, days in dated if each.edited or each.line.effective_date > days[0]]
    written = _written(running) if doubtful else {}
    for each, row, days in dated:
        ours, since = written.get(each.key, (None, None))
        of_line, stands = moves.get(each.key, ()), each.units
        if each.edited and ours is not None:
            stands = ours  # what somebody made of it is what the check is there to name
        row["expected"] = [_units_on(day, of_line, stands, running.today()) for day in days]
        row["sure"] = [each.edited or _is_sure(day, each.line, since, of_line) for day in days]


def _written(running: Running) -> Dates:
    rows = LineMemory.objects.filter(integration=running.integration)
    found = rows.values_list("contract_id", "service_id", "written_units", "written_from")
    return {(contract, service): (units, since) for contract, service, units, since in found}


def _first_days(row: Row) -> list[date]:
    return [date.fromisoformat(first) for first, _ in row["periods"]]


def _units_on(day: date, moves: Sequence[Move], stands: int | None, today: date) -> int | None:
    """A write dated ahead counts on a day that is still to come; one from a later day did not count yet."""
    ahead = [move.after for move in moves if today < move.since <= day]
    later = [move.before for move in moves if move.since > day]
    return ahead[-1] if ahead else later[0] if later else stands


def _is_sure(day: date, line: Line, written_from: date | None, moves: Sequence[Move]) -> bool:
    """Not where the line's own date is a later one that is not ours: it may not have been there before."""
    begun = line.effective_date
    if begun <= day or (written_from is not None and written_from <= day):
        return True
    return any(move.since == begun for move in moves)
