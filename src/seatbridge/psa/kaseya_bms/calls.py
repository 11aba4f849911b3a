"""The calls of Kaseya's REST API V2 that Seatbridge makes. An endpoint is its method and path template."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from seatbridge.psa.kaseya_bms import wire

AUTHENTICATE = "POST /v2/security/authenticate"
REFRESH = "POST /v2/security/refreshtoken"
USER_INFO = "GET /v2/security/userinfo"
ACCOUNTS = "GET /v2/crm/accounts/lookup"
CONTRACTS = "GET /v2/finance/contracts/summary"
CONTRACT_CHOICES = "GET /v2/finance/contracts/lookup"
SERVICES = "POST /v2/admin/finance/services/search"
LINES = "POST /v2/admin/finance/services/{serviceId}/relatedservices/search"
INVOICES = "GET /v2/finance/invoices/summary"
INVOICE_LINES = "POST /v2/finance/invoices/details"
JOB = "GET /v2/admin/finance/services/{serviceId}/backgroundjob"
WRITE_LINE = "POST /v2/finance/contracts/recurringservices/{contractId}/services"
WRITE_PRICES = "POST /v2/admin/finance/services/{serviceId}/relatedservices/bulkupdate"


class Kind(StrEnum):
    READ = "read"
    WRITE = "write"
    SIGN_IN = "sign-in"


KINDS = {
    AUTHENTICATE: Kind.SIGN_IN,
    REFRESH: Kind.SIGN_IN,
    WRITE_LINE: Kind.WRITE,
    WRITE_PRICES: Kind.WRITE,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request. What it carries is never shown: a sign-in's form holds the password."""

    endpoint: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    content: bytes = field(default=b"", repr=False)
    content_type: str = ""

    @property
    def method(self) -> str:
        return self.endpoint.partition(" ")[0]

    @property
    def kind(self) -> Kind:
        return KINDS.get(self.endpoint, Kind.READ)


def _path(endpoint: str, place: int | None) -> str:
    return re.sub(r"\{\w+\}", str(place), endpoint.partition(" ")[2])


def get(endpoint: str, place: int | None = None, query: Mapping[str, str] | None = None) -> Call:
    """`place` fills the template's one id."""
    return Call(endpoint, _path(endpoint, place), query or {})


def post(endpoint: str, place: int | None, body: object) -> Call:
    return Call(endpoint, _path(endpoint, place), {}, wire.dumps(body).encode(), "application/json")


def post_form(endpoint: str, form: Mapping[str, str]) -> Call:
    """Sign-in takes a form only: a JSON body is refused."""
    return Call(
        endpoint, _path(endpoint, None), {}, urlencode(form).encode(), "application/x-www-form-urlencoded"
    )
