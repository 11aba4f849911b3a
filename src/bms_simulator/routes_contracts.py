"""Reading accounts and contracts. What bills and when (issue on, fiscal, posted) is never shown."""

from typing import Any

from bms_simulator.paging import contains, ids_in, is_true, page_of
from bms_simulator.records import Account, Contract
from bms_simulator.routing import Call, Reply, Route
from bms_simulator.state import State


def look_up_accounts(state: State, call: Call) -> Reply:
    """Without TotalRecords; inactive accounts only when asked for."""
    asked, world = call.query(), state.world
    ids, with_inactive = ids_in(asked.get("ids")), is_true(asked.get("withinactiveaccounts"))
    found = [
        account
        for account in world.accounts.values()
        if (account.is_active or with_inactive)
        and (not ids or account.id in ids)
        and contains(account.name, asked.get("name"))
    ]

    def row(account: Account) -> dict[str, Any]:
        return {
            "Id": account.id,
            "Name": account.name,
            "TenantName": world.knobs.company_name,
            "IsActive": account.is_active,
        }

    return Reply([row(account) for account in page_of(found, asked, world.knobs.page_cap)])


def list_contracts(state: State, call: Call) -> Reply:
    """Paged, with the billing price as the total of all lines, and without the account's id."""
    asked, world = call.query(), state.world

    def fits(contract: Contract) -> bool:
        return (
            contains(contract.name, asked.get("contractname"))
            and contains(contract.type, asked.get("contracttype"))
            and contains(contract.billing_cycle, asked.get("billingcycle"))
            and contains(contract.status, asked.get("status"))
            and contains(world.accounts[contract.account_id].name, asked.get("accountname"))
        )

    def row(contract: Contract) -> dict[str, Any]:
        return {
            "Id": contract.id,
            "ContractName": contract.name,
            "AccountName": world.accounts[contract.account_id].name,
            "ContractType": contract.type,
            "ContractBillingPrice": state.view.total(contract.id),
            "Status": contract.status,
            "ContractNumber": f"C-{contract.id}",
            "BillingCycle": contract.billing_cycle,
            "StartDate": contract.start,
            "EndDate": contract.end,
        }

    found = list(world.contracts.values())
    if asked.keys() - {"pagesize", "pagenumber"}:
        found = [contract for contract in found if fits(contract)]
    shown = page_of(found, asked, world.knobs.page_cap)
    return Reply([row(contract) for contract in shown], total=len(found))


def look_up_contracts(state: State, call: Call) -> Reply:
    """All contracts of one account, or by id or name; not paged."""
    asked, world = call.query(), state.world
    ids, accounts = ids_in(asked.get("ids")), ids_in(asked.get("accountid"))
    without_ended = is_true(asked.get("excludeexpiredcontracts"))
    return Reply(
        [
            {
                "Id": contract.id,
                "Name": contract.name,
                "IsDefault": False,
                "SLAId": None,
                "SLAName": None,
                "IsActive": contract.is_active,
                "EndDate": contract.end,
            }
            for contract in world.contracts.values()
            if (not ids or contract.id in ids)
            and (not accounts or contract.account_id in accounts)
            and contains(contract.name, asked.get("name"))
            and not (without_ended and contract.end < world.today)
        ]
    )


ROUTES = (
    Route("GET", "/v2/crm/accounts/lookup", "accounts:view", look_up_accounts),
    Route("GET", "/v2/finance/contracts/summary", "contracts:view", list_contracts),
    Route("GET", "/v2/finance/contracts/lookup", "contracts:view", look_up_contracts),
)
