"""What BMS really holds, and what people and nights made of it: the part that we did not write."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from bms_simulator.lines import Line, Terms, is_priced, shown_terms, terms_ahead, terms_on
from bms_simulator.simulator import Simulator

Key = tuple[int, int]


class Edit(NamedTuple):
    contract_id: int
    at: datetime
    readable_from: datetime


@dataclass(frozen=True, slots=True)
class Own:
    """What a line carries beside its units: ours to keep as a person left it."""

    unit_price: Decimal
    unit_cost: Decimal
    name: str
    description: str


def own_of(terms: Terms) -> Own:
    return Own(terms.unit_price, terms.unit_cost, terms.name, terms.description)


class Truth:
    """Looks into the simulator; nothing of it can be seen by the product."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        # How often a person changed the lines of a key, or its contract.
        self.edits: Counter[Key] = Counter()
        # Days on which a person did so; and the contract, the moment, and since when a reading may show it.
        self.edited_on: dict[Key, set[date]] = {}
        self.edited_at: list[Edit] = []
        # Since when a reading may show the last edit of a key, and the last one of its price.
        self.readable_from: dict[Key, datetime] = {}
        self.price_readable_from: dict[Key, datetime] = {}
        # What each line was its own, since when; and keys whose last edit a write of ours met on its way.
        self._owns: dict[Key, list[tuple[datetime, Own]]] = {}
        self._met: dict[Key, datetime] = {}
        # Ended lines that a person priced again.
        self.revived: set[int] = set()
        # Every line as the world, a person or a night left it; a line that we never wrote must still be so.
        self.untouched: dict[int, Line] = dict(simulator.world.lines)
        self.own: dict[Key, Own] = {}
        # Days from which the world or a person began something: prorations from these days are theirs.
        self.begun: dict[Key, set[date]] = {}
        # How many priced lines of a service the world or a person put on a contract.
        self.put: Counter[Key] = Counter()
        for line in simulator.world.lines.values():
            self._take_over(line)

    def _take_over(self, line: Line) -> None:
        key = key_of(line)
        terms = shown_terms(line, self.today)
        if terms.unit_price or key not in self.own:
            self._set_own(key, own_of(terms))
        self.begun.setdefault(key, set()).update(each.since for each in line.history)
        self.put[key] += is_priced(line, self.today)

    @property
    def today(self) -> date:
        return self._simulator.world.today

    def lines(self, key: Key) -> list[Line]:
        if key[0] not in self._simulator.world.contracts:
            return []
        return self._simulator.world.lines_of_service_on(*key)

    def priced(self, key: Key) -> list[Line]:
        """Lines that bill, or will bill, something for each of their units, were these more than 0."""
        return [line for line in self.lines(key) if any(terms.unit_price for terms in self._living(line))]

    def _living(self, line: Line) -> list[Terms]:
        now = terms_on(line, self.today)
        return [*([now] if now else []), *terms_ahead(line, self.today)]

    def units(self, key: Key, day: date) -> int | None:
        """On that day, of the one priced line; None where there is none or several."""
        lines = self.priced(key)
        if len(lines) != 1:
            return None
        terms = terms_on(lines[0], day)
        return None if terms is None else terms.units

    def note_edit(self, line: Line, *, new: bool = False, **changed: object) -> None:
        """A person changed this line: the state from now on is theirs."""
        key, shown = key_of(line), self._shown_from(line)
        self._note(key, shown)
        self.untouched[line.id] = line
        self.begun.setdefault(key, set()).add(self.today)
        if new:
            self._take_over(line)
            return
        fields = {name: changed[name] for name in ("unit_price", "unit_cost", "name") if name in changed}
        if "unit_price" in fields:
            self.price_readable_from[key] = shown
        if fields:
            self._set_own(key, replace(self.own[key], **fields), shown)  # type: ignore[arg-type]
        priced = [row for row in self.lines(key) if is_priced(row, self.today)]
        self.put[key] = max(self.put[key], len(priced))

    def note_kept(self, key: Key) -> None:
        """A person ended the others of several priced lines: the price of the one left stays."""
        lines = self.priced(key)
        price = shown_terms(lines[0], self.today).unit_price if len(lines) == 1 else 0
        if price and price != self.own[key].unit_price:
            self._set_own(key, replace(self.own[key], unit_price=price))

    def note_beside(self, key: Key) -> None:
        """A person priced a second line while ours was on its way: two stand there until one mends it."""
        self.put[key] = max(self.put[key], 2)

    def _shown_from(self, line: Line) -> datetime:
        """A write of ours that has not settled hides its line, and all that a person does to it meanwhile."""
        state = self._simulator.state
        if state.view.lines([line.id]) == [line]:
            return state.clock()
        return state.clock() + timedelta(seconds=state.world.knobs.settles_after_seconds)

    def note_met(self, key: Key, read_at: datetime) -> None:
        """A person changed the line after our last reading of it began, and a write of ours was on its way.

        Which of the two BMS took last, nobody can tell beforehand: it takes no write "only if nothing moved".
        Nor afterwards, where ours was the one that prices a line to 0: the rise and the fall cancel out in
        the total. So the line's own is what it was in that reading, or what the person made of it, and
        nothing else: whichever stands there once it has a price again, perhaps by the run after a killed one.
        """
        self._met[key] = min(read_at, self._met.get(key, read_at))

    def settle_met(self, open_yet: Collection[Key]) -> None:
        """`open_yet`: keys on which something is still owed, or not read back."""
        for key, read_at in list(self._met.items()):
            priced = self.priced(key)
            if key in open_yet or len(priced) != 1:
                continue
            del self._met[key]
            stands = own_of(shown_terms(priced[0], self.today))
            if stands in self._owns_since(key, read_at):
                self._set_own(key, stands)

    def _owns_since(self, key: Key, read_at: datetime) -> list[Own]:
        """What was read then, and all that was set after."""
        before = [own for at, own in self._owns[key] if at < read_at]
        return before[-1:] + [own for at, own in self._owns[key] if at >= read_at]

    def _set_own(self, key: Key, own: Own, shown_from: datetime | None = None) -> None:
        self.own[key] = own
        self._owns.setdefault(key, []).append((shown_from or self._simulator.state.clock(), own))

    def begin_day(self, day: date, looked_at: datetime | None) -> None:
        """A price changed by hand, and no sync read it before a write of ours dated ahead took over.

        No program could have known of it: what stands now is the line's own. Where one did look, the price
        was to be carried to that day, or a person told.
        """
        for key, readable_from in self.price_readable_from.items():
            if looked_at is not None and looked_at >= readable_from:
                continue
            own = self.own[key]
            for line in self.priced(key):
                now = terms_on(line, day)
                if now is not None and now.since == day and now.unit_price not in (0, own.unit_price):
                    self._set_own(key, replace(own, unit_price=now.unit_price))

    def _note(self, key: Key, readable_from: datetime | None = None) -> None:
        self.edits[key] += 1
        self.edited_on.setdefault(key, set()).add(self.today)
        now = self._simulator.state.clock()
        self.readable_from[key] = readable_from or now
        self.edited_at.append(Edit(key[0], now, self.readable_from[key]))

    def note_gone(self, line: Line) -> None:
        self._note(key_of(line))
        self.untouched.pop(line.id, None)

    def note_contract(self, contract_id: int) -> None:
        """A person changed or deleted the whole contract."""
        for key in self.own:
            if key[0] == contract_id:
                self._note(key)
        if contract_id not in self._simulator.world.contracts:
            gone = [line_id for line_id, line in self.untouched.items() if line.contract_id == contract_id]
            for line_id in gone:
                del self.untouched[line_id]


def key_of(line: Line) -> Key:
    return line.contract_id, line.service_id
