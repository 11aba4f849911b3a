"""A small BMS world and the Password Boss files that belong to it. Today is Monday 23 November 2026."""

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 23)
HOST = "bms.northgate.test"
COMPANY_NAME = "Northgate IT"
USERNAME = "api@northgate.test"
PASSWORD = "planted-Pa55word-of-Alice"
STANDARD, ADVANCED, AGENTS = 501, 502, 601
NORTHWIND, CONTOSO, FABRIKAM = 7001, 7002, 7003
NORTHWIND_STANDARD, CONTOSO_ADVANCED = 91, 92

_YEAR = {"start": "2026-01-01", "end": "2026-12-31", "issue_on": "end"}
_SINCE = {"effective_date": "2026-01-01"}
WORLD: dict[str, Any] = {
    "company_name": COMPANY_NAME,
    "date": TODAY.isoformat(),
    "users": [{"username": USERNAME, "password": PASSWORD, "kind": "api"}],
    "services": [
        {"id": STANDARD, "name": "Password Boss Standard", "unit_cost": "3", "unit_price": "5.00"},
        {"id": ADVANCED, "name": "Password Boss Advanced", "unit_cost": "4.5", "unit_price": "7.50"},
        {"id": AGENTS, "name": "RMM agent", "unit_price": "3.25"},
    ],
    "accounts": [
        {"id": 1, "name": "Northwind"},
        {"id": 2, "name": "Contoso"},
        {"id": 3, "name": "Fabrikam"},
    ],
    "contracts": [
        {"id": NORTHWIND, "account_id": 1, "name": "Northwind monthly", **_YEAR},
        {"id": CONTOSO, "account_id": 2, "name": "Contoso monthly", **_YEAR},
        {"id": FABRIKAM, "account_id": 3, "name": "Fabrikam hours", "type": "Retainer", **_YEAR},
    ],
    "lines": [
        {
            "id": NORTHWIND_STANDARD,
            "contract_id": NORTHWIND,
            "service_id": STANDARD,
            "units": 12,
            **_SINCE,
        },
        {"id": CONTOSO_ADVANCED, "contract_id": CONTOSO, "service_id": ADVANCED, "units": 20, **_SINCE},
        {"id": 93, "contract_id": CONTOSO, "service_id": AGENTS, "units": 4, **_SINCE},
    ],
}

COMPANIES = """ref,name,type,level,licenses_assigned,domains
northwind,Northwind,customer,standard,20,northwind.test
contoso,Contoso,customer,advanced,30,contoso.test
"""
COUNTS = """company,product,count
northwind,standard,14
northwind,advanced,0
contoso,standard,0
contoso,advanced,21
"""
PRODUCT_MAPPINGS = f"product,service_id\nstandard,{STANDARD}\nadvanced,{ADVANCED}\n"
COMPANY_MAPPINGS = f"company,account_id,contract_id\nnorthwind,1,{NORTHWIND}\ncontoso,2,{CONTOSO}\n"
UNITS = "company,product,units\nnorthwind,standard,12\ncontoso,advanced,20\n"


def world(**changes: Any) -> dict[str, Any]:
    """The small world with knobs changed."""
    return deepcopy(WORLD) | changes


def put_file(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file
