"""The API as a whole, and the document that describes it: true, because it is made of what is served."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from seatbridge.api import (  # noqa: F401 - they declare operations
    choices,
    company_mappings,
    contract_terms,
    counts,
    decisions,
    units,
)
from seatbridge.api.bodies import CSV, StrictParser
from seatbridge.api.companies import companies
from seatbridge.api.drift import drift
from seatbridge.api.failing import handle_errors
from seatbridge.api.integrations import integrations
from seatbridge.api.invoices import invoices
from seatbridge.api.leavers import leavers
from seatbridge.api.ledger import ledger
from seatbridge.api.me import me
from seatbridge.api.new_lines import new_lines
from seatbridge.api.problems import MEDIA_TYPE
from seatbridge.api.product_mappings import mappings
from seatbridge.api.repeating import HEADER, LONGEST_KEY
from seatbridge.api.rules import rules
from seatbridge.api.runs import runs
from seatbridge.api.timing import timing

BASE = "/api/v1"
DESCRIPTION = """\
Bearer token, made under Team and tokens or by `seatbridge token add`. JSON in snake_case; times are UTC, days
are ISO, money is a decimal string. What goes wrong is a problem document (RFC 9457) with a `code`.

Lists take `limit` and `cursor` and answer `{items, next_cursor}`.

Every call but a GET takes an `Idempotency-Key`: sent again within 24 hours with the same request it is
answered as before, with the header `Idempotency-Replayed: true`, and not done again. A refusal is not kept.

A row of somebody else is a 404. 424 says that BMS, which the call needs, did not answer as it should.

Not there yet: quantity rules, snapshots, statements.
"""
RESOURCES = (
    me, companies, integrations, mappings, timing, rules, runs, drift, leavers, new_lines, invoices, ledger,
)  # fmt: skip
# By operation: those whose body is a file.
CSV_EXAMPLES = {
    "import_csv": "company,product,count\nnorthwind,standard,14\n",
    "import_contracts": "contract_id,issue_on,posts_on,periods\n7001,start,10,from-start\n",
    "import_units": "company,product,units\nnorthwind,standard,14\n",
}
_KEY = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "Any text of your own; the same for a call that you send again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
}


class SeatbridgeApi(NinjaAPI):
    """The document is made once: no operation comes or goes while a process runs."""

    _document: OpenAPISchema | None = None

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        if self._document is None:
            self._document = self._made(path_prefix or f"{BASE}/", path_params)
        return self._document

    def _made(self, path_prefix: str, path_params: Any) -> OpenAPISchema:
        found = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        for path in found["paths"].values():
            for method, operation in path.items():
                _complete(method, operation, CSV_EXAMPLES.get(operation["operationId"], ""))
        found["tags"] = [{"name": each.tag} for each in RESOURCES]
        return found


def _complete(method: str, operation: dict[str, Any], csv: str) -> None:
    """`csv`: an example of the file that is its body; empty: it takes none."""
    for status, told in operation["responses"].items():
        if int(status) >= 400:
            told["content"] = {MEDIA_TYPE: told["content"].pop("application/json")}
    if method != "get":
        operation["parameters"].append(_KEY)
    if csv:
        content = {CSV: {"schema": {"type": "string"}, "example": csv}}
        operation["requestBody"] = {"required": True, "content": content}


def make_api() -> SeatbridgeApi:
    made = SeatbridgeApi(
        title="Seatbridge",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        urls_namespace="api",
        parser=StrictParser(),
    )
    for each in RESOURCES:
        made.add_router("", each.router)
    handle_errors(made)
    return made
