"""What schemathesis is told of the fuzzed partner: most calls are about rows that exist."""

from typing import Any

import schemathesis

KNOWN: dict[str, list[Any]] = {
    "integration_id": [1],
    "run_id": [1, 2, 3],
    "contract_id": [7001, 7002],
    "company_ref": ["northwind", "contoso"],
    "ref": ["northwind", "contoso", "fabrikam/east"],
}


@schemathesis.hook
def map_path_parameters(_context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Three of four; the rest stay as they were made up."""
    found = dict(path_parameters or {})
    for name, value in (path_parameters or {}).items():
        choices = KNOWN.get(name)
        number = sum(str(value).encode("utf-8", "replace"))
        if choices and number % 4:
            found[name] = choices[number % len(choices)]
    return found if path_parameters is not None else None
