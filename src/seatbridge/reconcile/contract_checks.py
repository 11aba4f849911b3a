"""A contract that may not be written to, and why (writing.md rule 14). The vendor's words are shown as is."""

from datetime import date

from seatbridge.psa.records import Contract
from seatbridge.reconcile.periods import cycle_of
from seatbridge.reconcile.rulings import Ruling, blocked
from seatbridge.reconcile.words import day

TYPE = "recurring services"
STATUS = "active"


def check_contract(contract: Contract | None, contract_id: int, today: date) -> Ruling | None:
    """None where the contract can be written to."""
    if contract is None:
        return blocked(
            "blocked:contract-missing",
            f"BMS does not list contract {contract_id} any more.",
            "Map the company to another contract of its account.",
        )
    if contract.type.strip().casefold() != TYPE:
        return blocked(
            "blocked:contract-type",
            f'{contract.name} is of the type "{contract.type}"; only Recurring Services have units.',
            "Map the company to a Recurring Services contract of its account.",
        )
    if contract.end is not None and contract.end < today:
        return blocked(
            "blocked:contract-ended",
            f"{contract.name} ended on {day(contract.end)}.",
            "Renew it in BMS, or map the company to the contract that follows it.",
        )
    return _check_standing(contract, today)


def _check_standing(contract: Contract, today: date) -> Ruling | None:
    if contract.status.strip().casefold() != STATUS:
        return blocked(
            "blocked:contract-inactive",
            f'BMS shows {contract.name} as "{contract.status}", not as Active.',
            "Activate the contract in BMS, or map the company to an active one.",
        )
    if contract.start > today:
        return blocked(
            "blocked:contract-inactive",
            f"Waiting for activation: {contract.name} starts on {day(contract.start)}.",
            "Nothing to do: it is written from that day on.",
        )
    if cycle_of(contract.billing_cycle) is None:
        return blocked(
            "blocked:contract-type",
            f'The billing cycle of {contract.name} is "{contract.billing_cycle}", '
            "a word that is not known here, so its periods cannot be told.",
            "Set the contract to weekly, monthly, quarterly or yearly in BMS, or map another contract.",
        )
    return None
