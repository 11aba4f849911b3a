"""Further rows for `--more` and `--companies N`: awkward contracts, and any number of quiet clients."""

from datetime import date

from seatbridge.cli.demo.cast import STANDARD, Client, Deal, active

FIRST_ID = 2000


def awkward() -> list[Client]:
    return [
        Client(
            "lakeshore", "Lakeshore Pediatrics", "standard", 25, active(22), active(22),
            account_id=11, deals=(Deal(111, {STANDARD: 10}),), mapped_to=111,
            shown="blocked:duplicate-lines", holds={STANDARD: (10, None)},
        ),
        Client(
            "mesa", "Mesa Credit", "standard", 20, active(15), active(16),
            account_id=12, deals=(Deal(112, {STANDARD: 15}),), mapped_to=112,
            shown="blocked:automatic-line", holds={STANDARD: (15, None)},
        ),
        Client(
            "pinecrest", "Pinecrest Dental", "standard", 10, active(9), active(9),
            account_id=13, deals=(Deal(113, {STANDARD: 9}, end=date(2026, 10, 31)),), mapped_to=113,
            shown="blocked:contract-ended", holds={STANDARD: (9, None)},
        ),
    ]  # fmt: skip


DOUBLED_LINE = {"contract_id": 111, "service_id": STANDARD, "units": 12}
AUTOMATIC_KEY = (112, STANDARD)


def quiet(number: int) -> list[Client]:
    """Clients whose count and contract agree."""
    return [
        Client(
            f"client-{index:05d}", f"Client {index:05d}", "standard", units + 2, active(units), active(units),
            account_id=FIRST_ID + index, deals=(Deal(FIRST_ID + index, {STANDARD: units}),),
            mapped_to=FIRST_ID + index, shown="no-change", holds={STANDARD: (units, None)},
        )
        for index in range(1, number + 1)
        for units in [3 + index % 40]
    ]  # fmt: skip
