"""The sample partner of the demo, row by row: its counts, and what BMS holds before today's run."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

PARTNER = "Northgate IT"
ZONE = "America/New_York"
HOST = "bms.northgate.test"
USERNAME = "seatbridge-api@northgate.test"
PAST = date(2026, 10, 20)  # the first, approved sync
EDITED = date(2026, 11, 10)  # a hand edit in BMS
TODAY = date(2026, 11, 23)  # fixed: the demo's Monday

STANDARD, ADVANCED, MONITORING = 501, 502, 601
PRICES = {STANDARD: Decimal("5.00"), ADVANCED: Decimal("7.50"), MONITORING: Decimal("3.25")}
SERVICES = {"standard": STANDARD, "advanced": ADVANCED}
TEST_CONTRACT = 900


@dataclass(frozen=True, slots=True)
class Deal:
    """One contract in BMS and the units on its lines."""

    id: int
    units: dict[int, int]  # service id -> units
    start: date = date(2026, 1, 1)
    end: date = date(2026, 12, 31)
    cycle: str = "Monthly"
    issue_on: str = "start"
    fiscal: bool = True
    price: Decimal | None = None  # of every line here; None: the service's
    other_lines: int = 0


@dataclass(frozen=True, slots=True)
class Client:
    ref: str
    name: str
    level: str
    licenses: int
    past: dict[str, int]  # active users in October, by status and product below
    today: dict[str, int] | None  # status -> users; None: absent from today's complete list
    account: str = ""  # empty: as the company's name
    account_id: int = 0
    deals: tuple[Deal, ...] = ()
    mapped_to: int | None = None
    past_level: str = ""
    kind: str = "customer"
    excluded: str = ""
    review_on: str = ""
    nfr: bool = False
    new: bool = False  # not yet there in October
    # What the row must say today, and what BMS must hold after it: line -> (units today, units pending).
    shown: str = ""
    holds: dict[int, tuple[int, int | None]] = field(default_factory=dict)


def active(number: int) -> dict[str, int]:
    return {"active": number}


def cast(behaviour: str) -> list[Client]:
    """`holds` per service id as (units now, units of a change dated ahead or None)."""
    adjusts = behaviour == "adjusts"
    return [
        Client(
            "alder", "Alder & Finch Accounting", "standard", 15, active(14), active(14),
            account_id=1,
            deals=(Deal(101, {STANDARD: 14}, date(2026, 1, 17), date(2027, 1, 16), fiscal=False),),
            mapped_to=101, shown="no-change", holds={STANDARD: (14, None)},
        ),
        Client(
            "brightwater", "Brightwater Dental Group", "advanced", 50, active(46),
            {"active": 49, "pending-approval": 1},
            account_id=2, deals=(Deal(102, {ADVANCED: 46}, other_lines=8),), mapped_to=102,
            shown="scheduled" if adjusts else "blocked:write-method",
            holds={ADVANCED: (46, 49 if adjusts else None)},
        ),
        Client(
            "cobalt", "Cobalt Machine Works", "standard", 32, active(32), active(29),
            account_id=3,
            deals=(
                Deal(103, {STANDARD: 1}, issue_on="end", price=Decimal(160))
                if behaviour == "rejects"
                else Deal(103, {STANDARD: 32}, issue_on="end"),
            ),
            mapped_to=103, shown="synced", holds={STANDARD: (29, None)},
        ),
        Client(
            "delacroix", "Delacroix Law LLP", "advanced", 60, active(60), {"active": 22, "disabled": 38},
            account_id=4, deals=(Deal(104, {ADVANCED: 60}),), mapped_to=104,
            shown="held:anomaly", holds={ADVANCED: (60, None)},
        ),
        Client(
            "evergreen", "Evergreen Veterinary Clinic", "standard", 5, active(5), None,
            account_id=5, deals=(Deal(105, {STANDARD: 5}, end=date(2027, 1, 2)),), mapped_to=105,
            shown="left-password-boss", holds={STANDARD: (5, None)},
        ),
        Client(
            "fulton", "Fulton Logistics", "standard", 80, active(71), active(74),
            account_id=6,
            deals=(
                Deal(106, {STANDARD: 71}, date(2025, 11, 1), date(2026, 10, 31)),
                Deal(116, {STANDARD: 71}, date(2026, 11, 1), date(2027, 10, 31)),
            ),
            mapped_to=106, shown="held:renewal", holds={STANDARD: (71, None)},
        ),
        Client(
            "granite", "Granite Peak Credit Union", "advanced", 40, active(38), active(38),
            account_id=7, deals=(Deal(107, {STANDARD: 38, ADVANCED: 0}),), mapped_to=107,
            past_level="standard",
            shown="held:plan-change", holds={STANDARD: (38, None), ADVANCED: (0, None)},
        ),
        Client(
            "hollis-holdings", "Hollis Holdings", "standard", 12, active(11), active(11),
            account="Hollis Group", account_id=8, deals=(Deal(108, {STANDARD: 16 if adjusts else 17}),),
            mapped_to=108, shown="held:edited-in-bms", holds={STANDARD: (20, None)},
        ),
        Client(
            "hollis-marine", "Hollis Marine", "standard", 8, active(6), active(6),
            account="Hollis Group", account_id=8, mapped_to=108, shown="held:edited-in-bms",
        ),
        Client(
            "ironbridge", "Ironbridge Construction", "standard", 30, active(25), active(28),
            account="Ironbridge Constr. Inc.", account_id=9,
            deals=(
                Deal(
                    109, {STANDARD: 25}, date(2026, 3, 1), date(2027, 2, 28), "Yearly", fiscal=False,
                    price=Decimal(60),
                ),
            ),
            mapped_to=109, shown="scheduled" if adjusts else "blocked:write-method",
            holds={STANDARD: (25, 28 if adjusts else None)},
        ),
        Client(
            "juniper", "Juniper Home Care", "standard", 20, active(18), active(18),
            account="Juniper Homecare, Inc.", account_id=10, deals=(Deal(110, {}),), new=True,
            shown="skipped:unmapped-company",
        ),
        Client(
            "northgate", "Northgate IT", "standard", 12, active(12), active(12), kind="msp", nfr=True,
            account_id=90,
            deals=(
                Deal(TEST_CONTRACT, {STANDARD: 1, ADVANCED: 1}, issue_on="end", price=Decimal("0.01")),
            ),
            holds={STANDARD: (1, None), ADVANCED: (1, None)},
            shown="skipped:excluded",
        ),
        Client(
            "kestrel", "Kestrel Bakery", "trial", 4, active(4), active(4), shown="skipped:excluded",
        ),
        Client(
            "maple-ridge", "Maple Ridge School", "standard", 30, active(21), active(21),
            excluded="included in bundle", review_on="2027-03-01", shown="skipped:excluded",
        ),
    ]  # fmt: skip
