"""The readings, each a list of records. Every list is read to its end or not at all."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from seatbridge.kit.clock import Clock
from seatbridge.psa.kaseya_bms import calls, rows
from seatbridge.psa.kaseya_bms.calls import Call
from seatbridge.psa.kaseya_bms.pages import Listing, PageCap
from seatbridge.psa.kaseya_bms.wire import Envelope, Row, day_end, day_start, page_body, page_query
from seatbridge.psa.records import Account, Contract, ContractChoice, InvoiceHead, InvoiceLine, Line, Service

T = TypeVar("T")


class Reader:
    def __init__(self, send: Callable[[Call], Envelope], clock: Clock) -> None:
        self._send = send
        self._clock = clock
        self._cap = PageCap()

    def accounts(self, *, include_inactive: bool) -> list[Account]:
        query = {"Filter.WithInactiveAccounts": "true"} if include_inactive else {}
        return self._got("accounts", calls.ACCOUNTS, query, rows.account)

    def contracts(self) -> dict[int, Contract]:
        found = self._got("contracts", calls.CONTRACTS, {}, rows.contract)
        return {contract.id: contract for contract in found}

    def contract_choices(self, account_id: int) -> list[ContractChoice]:
        def fetch(_number: int) -> Envelope:
            return self._send(calls.get(calls.CONTRACT_CHOICES, query={"AccountId": str(account_id)}))

        # This list has no pages: it comes whole, so the first page is the last.
        whole = PageCap(rows=1_000_000)
        return Listing("contracts of an account", fetch, rows.contract_choice, whole, self._clock).read()

    def services(self, search: str) -> list[Service]:
        return self._posted("services", calls.SERVICES, None, {"Name": search or None}, rows.service)

    def lines(self, service_id: int, contract_name: str | None) -> list[Line]:
        def read_row(row: Row) -> Line:
            return rows.line(row, service_id)

        what = f"lines of the service {service_id}"
        return self._posted(what, calls.LINES, service_id, {"ContractName": contract_name}, read_row)

    def invoices(self, since: date, until: date) -> list[InvoiceHead]:
        """BMS filters by the day on which they were made, which may be another than their date."""
        query = {"Filter.CreatedFrom": day_start(since), "Filter.CreatedTo": day_end(until)}
        return self._got("invoices", calls.INVOICES, query, rows.invoice_head)

    def invoice_lines(self, since: date, until: date) -> list[InvoiceLine]:
        filters = {"InvoiceDateFrom": day_start(since), "InvoiceDateTo": day_end(until)}
        found = self._posted("invoice lines", calls.INVOICE_LINES, None, filters, rows.invoice_line)
        return [line for line in found if line is not None]

    def _got(
        self, what: str, endpoint: str, query: Mapping[str, str], read_row: Callable[[Row], T]
    ) -> list[T]:
        def fetch(number: int) -> Envelope:
            return self._send(calls.get(endpoint, query={**query, **page_query(number)}))

        return Listing(what, fetch, read_row, self._cap, self._clock).read()

    def _posted(
        self,
        what: str,
        endpoint: str,
        place: int | None,
        filters: Mapping[str, str | None],
        read_row: Callable[[Row], T],
    ) -> list[T]:
        def fetch(number: int) -> Envelope:
            return self._send(calls.post(endpoint, place, page_body(number, filters)))

        return Listing(what, fetch, read_row, self._cap, self._clock).read()
