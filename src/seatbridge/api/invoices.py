"""What was invoiced after the last posting day, against what stood on contract."""

from collections.abc import Mapping
from typing import Any

from seatbridge.api.calls import Call
from seatbridge.api.integrations import PATH
from seatbridge.api.operations import resource
from seatbridge.api.schemas.invoices import InvoiceChecksOut
from seatbridge.sync.invoice_checks import exceptions_of, latest_checks
from seatbridge.sync.models import InvoiceCheck

invoices = resource("Invoices")


@invoices.operation("GET", f"{PATH}/invoice-check", InvoiceChecksOut)
def get_invoice_check(request: Call) -> dict[str, Any]:
    """Read which lines of the newest invoices are not as they stood on contract.

    The first sync after a posting day reads the invoices, and later ones while something is amiss.
    """
    return {"checks": [_shown(check) for check in latest_checks(request.integration.pk)]}


def _shown(check: InvoiceCheck) -> dict[str, Any]:
    counts = {name.replace("-", "_"): value for name, value in check.summary.items()}
    return {
        "posted_on": check.posted_on,
        "issue_on": check.issue_on,
        "checked_at": check.checked_at,
        **{"cannot_tell": 0} | counts,
        "exceptions": [_exception(row) for row in exceptions_of(check)],
    }


def _exception(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "companies": list(dict.fromkeys(ref for ref, *_ in row["companies"]))}
