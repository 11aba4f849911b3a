"""What people do in BMS meanwhile, and what moves there by itself at night."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import httpx

from bms_simulator.job_records import BulkValues, Job
from bms_simulator.lines import Line, is_priced, shown_terms, terms_ahead, terms_on
from bms_simulator.simulator import Simulator
from tests.simulation.chance import Chance
from tests.simulation.history import History
from tests.simulation.truth import Key, Truth, key_of
from tests.simulation.worlds_bms import ADVANCED, OTHERS, STANDARD
from tests.simulation.writes_seen import keys_of

DEAD = "ENDED"


class Hands:
    """A person in BMS, with the right to do anything."""

    def __init__(
        self,
        simulator: Simulator,
        truth: Truth,
        chance: Chance,
        history: History,
        is_written_to: Callable[[], bool],
    ) -> None:
        """`is_written_to`: whether a write of ours is on its way at this moment."""
        self._simulator = simulator
        self._is_written_to = is_written_to
        self._truth = truth
        self._chance = chance
        self._history = history
        self.done: list[str] = []
        # Writes that were on their way when somebody priced a second line: no reading could show it.
        self.priced_under: set[int] = set()

    def anything(self) -> None:
        """One edit, most often a harmless one."""
        kind = self._chance.weighed(
            {
                "other line": 5,
                "units": 3,
                "price": 3,
                "exclude": 1,
                "rename account": 2,
                "rename contract": 1,
                "end contract": 0.5,
                "delete contract": 0.3,
                "delete line": 0.7,
                "second line": 0.7,
                # Ended lines are few, and somebody who raises prices takes all of them.
                "price everything": 6 if self.dead_lines() else 0,
            }
        )
        self.do(kind)

    def do(self, kind: str) -> None:
        edits: dict[str, Callable[[], str]] = {
            "other line": self._other_line,
            "units": self._units,
            "price": self._price,
            "exclude": self._exclude,
            "rename account": self._rename_account,
            "rename contract": self._rename_contract,
            "end contract": self._end_contract,
            "delete contract": self._delete_contract,
            "delete line": self._delete_line,
            "second line": self._second_line,
            "price everything": self._price_everything,
        }
        said = edits[kind]()
        if said:
            self._say(kind, said)

    def interfere(self, request: httpx.Request) -> None:
        """Somebody edits the very line that is written, after it was read and before the write arrives."""
        lines = [line for line in self._lines() if (line.contract_id, line.service_id) in keys_of(request)]
        if lines:
            line = self._chance.pick(lines)
            if self._chance.maybe(0.5):
                price = shown_terms(line, self._truth.today).unit_price + Decimal("0.35")
                if not is_priced(line, self._truth.today):
                    self.priced_under.add(len(self._simulator.writes) + 1)
                self._edit(line, unit_price=price)
                self._say("price upon a write", f"line {line.id} to a price of {price}, upon a write")
            else:
                units = max(shown_terms(line, self._truth.today).units + self._chance.whole(1, 4), 0)
                self._edit(line, units=units)
                self._say("units upon a write", f"line {line.id} to {units} units, upon a write")

    def set_own_price(self, key: Key) -> None:
        """A person does what was asked for: the price that a write of ours put back is set again."""
        for line in self._truth.priced(key):
            price = self._truth.own[key].unit_price
            self._edit(line, unit_price=price)
            self._say("own price again", f"line {line.id} to its own price of {price} again")

    def start_job(self, seconds: int) -> None:
        """A person's own bulk update keeps a service's one job busy; it changes no line of ours."""
        service, jobs = self._chance.pick((STANDARD, ADVANCED)), self._simulator.state.jobs
        if service in jobs.running:
            return
        jobs.last_id += 1
        ends_at = self._simulator.state.clock() + timedelta(seconds=seconds)
        nothing = BulkValues(None, None, None, None, None)
        jobs.running[service] = Job(jobs.last_id, service, ends_at, (), nothing, seq=0)
        self._say("own bulk job", f"a bulk update of service {service} runs for {seconds} s")

    def _say(self, kind: str, what: str) -> None:
        self.done.append(kind)
        self._history.say(f"BY HAND {what}")

    def night(self) -> None:
        """Agents, backups and filters come and go, and with them the contracts' totals."""
        for line in self._lines(others=True):
            if self._chance.maybe(0.15):
                self._edit(line, units=self._chance.whole(1, 30))

    def _lines(self, *, others: bool = False, dead: bool = False) -> list[Line]:
        return [
            line
            for line in self._simulator.world.lines.values()
            if (line.service_id in OTHERS) is others
            and (dead or not shown_terms(line, self._truth.today).name.startswith(DEAD))
        ]

    def dead_lines(self) -> set[int]:
        """Ids of lines that carry the name of an ended one."""
        living = {line.id for line in self._lines()}
        return {line.id for line in self._lines(dead=True)} - living

    def _edit(self, line: Line, **changes: object) -> None:
        before = self._simulator.state.clock()
        edited = self._simulator.edit_line(line.id, **changes)
        self._truth.note_edit(edited, **changes)
        if self._is_in_a_job(line):
            # The job's end undoes it, and no reading may have begun in between.
            self._truth.note_met(key_of(line), before)

    def _is_in_a_job(self, line: Line) -> bool:
        running = self._simulator.state.jobs.running.get(line.service_id)
        return running is not None and any(line_id == line.id for _, line_id in running.selected)

    def _other_line(self) -> str:
        lines = self._lines(others=True)
        if not lines:
            return ""
        line, units = self._chance.pick(lines), self._chance.whole(0, 40)
        self._edit(line, units=units)
        return f"line {line.id} of service {line.service_id} to {units} units"

    def _units(self) -> str:
        lines = self._lines()
        if not lines:
            return ""
        line = self._chance.pick(lines)
        units = max(shown_terms(line, self._truth.today).units + self._chance.whole(-3, 4), 0)
        self._edit(line, units=units)
        return f"line {line.id} to {units} units"

    def _price(self) -> str:
        lines = self._lines()
        if not lines:
            return ""
        line = self._chance.pick(lines)
        price = shown_terms(line, self._truth.today).unit_price + Decimal("0.35")
        self._edit(line, unit_price=price)
        return f"line {line.id} to a price of {price}"

    def _price_everything(self) -> str:
        """The yearly rise: somebody selects all lines of a service, dead ones too."""
        dead = [line for line in self._lines(dead=True) if line.id in self.dead_lines()]
        if not dead:
            return ""
        line = self._chance.pick(dead)
        units = max(shown_terms(line, self._truth.today).units, 1)
        # What the service costs on its living line is not touched by this.
        self._truth.revived.add(line.id)
        self._truth.note_edit(self._simulator.edit_line(line.id, unit_price=Decimal("5.10"), units=units))
        if self._is_written_to():
            self.priced_under.add(len(self._simulator.writes) + 1)
            self._truth.note_beside(key_of(line))
        return f"the ended line {line.id} to a price of 5.10"

    def exclude(self, line: Line, *, excluded: bool) -> None:
        self._edit(line, excluded_from_bulk=excluded)
        self._say("exclude", f"line {line.id} excluded from bulk updates: {excluded}")

    def price(self, line: Line, price: Decimal | None) -> None:
        """None: to 0, as a line is ended by hand. What the service costs is not touched by this."""
        if price is not None:
            self._truth.revived.add(line.id)
        before = self._simulator.state.clock()
        today = self._truth.today
        days = [] if terms_on(line, today) is None else [today]
        for day in [*days, *(terms.since for terms in terms_ahead(line, today))]:
            edited = self._simulator.edit_line(
                line.id, unit_price=price or Decimal(0), effective_date=day.isoformat()
            )
            self._truth.note_edit(edited)
        if self._is_in_a_job(line):
            self._truth.note_met(key_of(line), before)
        self._say("priced to 0" if price is None else "priced again", f"line {line.id} to {price or 0}")

    def _exclude(self) -> str:
        lines = self._lines()
        if not lines:
            return ""
        line = self._chance.pick(lines)
        self._edit(line, excluded_from_bulk=not line.excluded_from_bulk)
        return f"line {line.id} excluded from bulk updates: {not line.excluded_from_bulk}"

    def _rename_account(self) -> str:
        account = self._chance.pick(sorted(self._simulator.world.accounts))
        self._simulator.edit_account(account, name=f"Renamed {len(self.done)}")
        return f"account {account} renamed"

    def _contract(self) -> int | None:
        contracts = sorted(self._simulator.world.contracts)
        return self._chance.pick(contracts) if contracts else None

    def _rename_contract(self) -> str:
        contract = self._contract()
        if contract is None:
            return ""
        self._simulator.edit_contract(contract, name=f"Renamed contract {contract}")
        return f"contract {contract} renamed"

    def _end_contract(self) -> str:
        contract = self._contract()
        if contract is None:
            return ""
        start = self._simulator.world.contracts[contract].start
        end: date = max(start, self._truth.today + timedelta(days=self._chance.whole(-2, 12)))
        self._simulator.edit_contract(contract, end=end.isoformat())
        self._truth.note_contract(contract)
        return f"contract {contract} ends on {end}"

    def _delete_contract(self) -> str:
        contract = self._contract()
        if contract is None:
            return ""
        self._simulator.delete_contract(contract)
        self._truth.note_contract(contract)
        return f"contract {contract} deleted"

    def _delete_line(self) -> str:
        lines = self._lines()
        if not lines:
            return ""
        line = self._chance.pick(lines)
        self._simulator.delete_line(line.id)
        self._truth.note_gone(line)
        return f"line {line.id} deleted"

    def _second_line(self) -> str:
        lines = self._lines()
        if not lines:
            return ""
        line = self._chance.pick(lines)
        added = self._simulator.add_line(
            contract_id=line.contract_id, service_id=line.service_id, units=self._chance.whole(1, 5)
        )
        self._truth.note_edit(added, new=True)
        return f"line {added.id} of service {line.service_id} added to contract {line.contract_id}"
