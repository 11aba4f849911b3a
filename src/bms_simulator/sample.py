"""A seeded world of any size, for trying things out and for measuring."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

from bms_simulator.invoices import cents
from bms_simulator.knobs import Knobs
from bms_simulator.lines import Line, Terms
from bms_simulator.periods import ONE_DAY
from bms_simulator.posting import posted_until_at
from bms_simulator.records import Account, Contract, Service, User
from bms_simulator.world import World

STANDARD = Service(501, "Password Boss Standard", "Password manager, Standard", Decimal(3), Decimal(5))
ADVANCED = Service(
    502, "Password Boss Advanced", "Password manager, Advanced", Decimal("4.50"), Decimal("7.50")
)
AGENTS = Service(601, "RMM agent", "Monitored device", Decimal(1), Decimal("3.25"))
USERNAME = "api@northgate.test"
PASSWORD = "correct horse battery staple"  # noqa: S105 the sample's only user, known to everyone
FIRST = ("Alder", "Bright", "Cobalt", "Dela", "Ever", "Fulton", "Granite", "Hollis", "Iron", "Juniper")
LAST = ("Dental", "Legal", "Freight", "Clinic", "Holdings", "Works", "Union", "Care", "Studio", "Partners")


def sample_world(companies: int, knobs: Knobs, today: date) -> World:
    """`companies` accounts, each with one contract of two mapped services and some other lines."""
    world = World(knobs, today)
    world.users[USERNAME] = User(1, USERNAME, PASSWORD)
    world.services = {service.id: service for service in (STANDARD, ADVANCED, AGENTS)}
    random = Random(knobs.seed)  # noqa: S311 a repeatable world, not a secret
    for number in range(1, companies + 1):
        name = f"{random.choice(FIRST)} {random.choice(LAST)} {number:05d}"
        world.accounts[number] = Account(number, name)
        contract = _contract(number, name, today)
        posted_until = posted_until_at(contract, knobs, today, None)
        world.put_contract(replace(contract, posted_until=posted_until))
        _add_lines(world, number, contract.start, random)
    return world


def _contract(number: int, name: str, today: date) -> Contract:
    start, end = date(today.year, 1, 1), date(today.year + 1, 1, 1) - ONE_DAY
    issue_on = "end" if number % 3 == 0 else "start"
    return Contract(
        number,
        number,
        f"{name} monthly",
        "Recurring Services",
        "Active",
        "Monthly",
        start,
        end,
        issue_on,
        fiscal=True,
        posted_until=start,
    )


def _add_lines(world: World, contract_id: int, start: date, random: Random) -> None:
    services = [STANDARD, ADVANCED] + [AGENTS] * (random.random() < 0.5)
    for service in services:
        units = random.randint(1, 80)
        terms = Terms(
            start, units, cents(service.unit_price), service.unit_cost, service.name, service.description
        )
        world.put_line(Line(world.last_line_id + 1, contract_id, service.id, (terms,), counted=units))
