"""Whether a company may be mapped to an account and a contract: judged by the catalog, before it is saved."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from seatbridge.catalog.models import SeenAccount, SeenContract, SeenService
from seatbridge.integrations.models import Integration
from seatbridge.reconcile.words import day

BILLABLE_TYPE = "recurring services"
ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Choices:
    """What BMS offered at the last refresh, without what is gone."""

    accounts: Mapping[int, SeenAccount]
    contracts: Mapping[int, SeenContract]
    services: Mapping[int, SeenService]
    accounts_by_name: Mapping[str, int]  # only names that one account alone has


@dataclass(slots=True)
class Checked:
    """`faults`: (field, sentence), nothing may be saved; `notes`: what a person should know."""

    account_id: int | None
    contract_id: int | None
    faults: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_choices(integration: Integration) -> Choices:
    accounts = SeenAccount.objects.filter(integration=integration, gone=False)
    contracts = SeenContract.objects.filter(integration=integration, gone=False)
    services = SeenService.objects.filter(integration=integration, gone=False)
    by_id = {row.account_id: row for row in accounts}
    names = Counter(row.name for row in by_id.values())
    return Choices(
        accounts=by_id,
        contracts={row.contract_id: row for row in contracts},
        services={row.service_id: row for row in services},
        accounts_by_name={row.name: row.account_id for row in by_id.values() if names[row.name] == 1},
    )


def choices_for(integration: Integration, account_id: int, contract_id: int) -> Choices:
    """The little of it that one mapping is judged by."""
    accounts = SeenAccount.objects.filter(integration=integration, gone=False, account_id=account_id)
    contracts = SeenContract.objects.filter(integration=integration, gone=False, contract_id=contract_id)
    return Choices(
        accounts={row.account_id: row for row in accounts},
        contracts={row.contract_id: row for row in contracts},
        services={},
        accounts_by_name={},
    )


def check_place(choices: Choices, account_id: int | None, contract_id: int, today: date) -> Checked:
    """`today` is the billing day. A missing account is taken from the contract, where that is certain."""
    checked = Checked(account_id, contract_id)
    contract = choices.contracts.get(contract_id)
    if contract is None:
        checked.faults.append(("contract_id", f"BMS has no contract {contract_id}."))
    else:
        _check_contract(contract, today, checked)
    if account_id is None:
        _take_account(choices, contract, checked)
    else:
        _check_account(choices, account_id, contract, checked)
    return checked


def _check_contract(contract: SeenContract, today: date, checked: Checked) -> None:
    name = f"contract {contract.contract_id}, {contract.name},"
    if contract.type.strip().casefold() != BILLABLE_TYPE:
        checked.faults.append(
            ("contract_id", f'{name} is of the type "{contract.type}"; only Recurring Services have units.')
        )
    elif contract.end is not None and contract.end < today:
        checked.faults.append(("contract_id", f"{name} ended on {day(contract.end)}."))
    elif contract.start > today:
        checked.notes.append(f"Waiting for activation: {name} starts on {day(contract.start)}.")
    elif contract.status.strip().casefold() != ACTIVE:
        checked.notes.append(f'Waiting for activation: {name} is "{contract.status}" in BMS.')


def _take_account(choices: Choices, contract: SeenContract | None, checked: Checked) -> None:
    """The list of contracts names accounts without ids: a name that two accounts share is not enough."""
    if contract is None:
        return
    checked.account_id = choices.accounts_by_name.get(contract.account_name)
    if checked.account_id is None:
        checked.faults.append(
            ("account_id", f"is empty, and the name {contract.account_name} does not tell one account.")
        )


def _check_account(
    choices: Choices, account_id: int, contract: SeenContract | None, checked: Checked
) -> None:
    account = choices.accounts.get(account_id)
    if account is None:
        checked.faults.append(("account_id", f"BMS has no account {account_id}."))
        return
    if contract is not None and contract.account_name != account.name:
        whose = f"belongs to {contract.account_name}, not to {account.name}"
        checked.faults.append(("contract_id", f"contract {contract.contract_id}, {contract.name}, {whose}."))
    if not account.is_active:
        checked.notes.append(f"Account {account_id}, {account.name}, is inactive in BMS.")
