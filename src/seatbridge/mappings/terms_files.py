"""What contracts do otherwise than the billing calendar, as CSV that can be edited and brought back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seatbridge.catalog.models import SeenContract
from seatbridge.integrations.calendar_words import terms_words
from seatbridge.integrations.calendars import AS_ALL_OTHERS, billing_calendar, set_terms
from seatbridge.integrations.models import Integration
from seatbridge.mappings.catalog_age import refresh_if_old
from seatbridge.mappings.contract_list import recurring_contracts
from seatbridge.mappings.exporting import csv_line, harmless
from seatbridge.mappings.file_rows import Source, an_id, read_rows
from seatbridge.mappings.importing import Asking, MappingReport, RowChange
from seatbridge.mappings.row_faults import RowReader, Unique
from seatbridge.reconcile.calendar import ContractTerms, IssueOn
from seatbridge.usage import cells
from seatbridge.usage.cells import CellRefused
from seatbridge.usage.refusals import Faults, shown

FIELDS = ("contract_id", "issue_on", "posts_on", "periods")
HEADER = (*FIELDS, "contract_name", "account_name", "billing_cycle")
AS_CALENDAR = "as the calendar says"
FISCAL, FROM_START = "fiscal", "from-start"
_ISSUE_ON = {"start": "start", "end": "end"}
_PERIODS = {FISCAL: FISCAL, "calendar": FISCAL, FROM_START: FROM_START, "start": FROM_START}
_issue_on = cells.word(_ISSUE_ON, what="issue date", empty="")
_periods = cells.word(_PERIODS, what="kind of period", empty="")


def export_contract_terms(integration: Integration) -> Iterator[str]:
    """Lines with their ends, the header first; all recurring services. Names are not read back."""
    stands = billing_calendar(integration).contracts
    yield csv_line(HEADER)
    for row in recurring_contracts(integration).iterator():
        terms = stands.get(row.contract_id, AS_ALL_OTHERS)
        periods = "" if terms.fiscal is None else FISCAL if terms.fiscal else FROM_START
        names = map(harmless, (row.name, row.account_name, row.billing_cycle))
        yield csv_line((row.contract_id, terms.issue_on or "", terms.posts_on or "", periods, *names))


def preview_contract_terms(
    integration: Integration, source: Source, asking: Asking
) -> tuple[MappingReport, list[RowChange]]:
    """What `import_contract_terms` would change. Raises what it raises, and saves nothing."""
    read = _read(integration, source, asking)
    stands = billing_calendar(integration).contracts
    changes = [
        RowChange(read.name(number), say(stands.get(number, AS_ALL_OTHERS)), say(terms))
        for number, terms in read.terms.items()
        if terms != stands.get(number, AS_ALL_OTHERS)
    ]
    return MappingReport(len(read.terms), len(changes)), changes


def import_contract_terms(integration: Integration, source: Source, asking: Asking) -> MappingReport:
    """All rows or none; contracts that the file does not name stay as they are.

    Raises ImportRefused with rows and fields; PsaError where the catalog had to be read and could not be.
    """
    read = _read(integration, source, asking)
    return MappingReport(len(read.terms), set_terms(integration, read.terms, actor=asking.actor))


def say(terms: ContractTerms) -> str:
    return terms_words(terms) or AS_CALENDAR


@dataclass(frozen=True, slots=True)
class _Read:
    terms: dict[int, ContractTerms]
    contracts: Mapping[int, SeenContract]

    def name(self, number: int) -> str:
        row = self.contracts[number]
        return f"{row.account_name} · {row.name} ({number})"


def _read(integration: Integration, source: Source, asking: Asking) -> _Read:
    rows = read_rows(source, FIELDS, required=FIELDS)
    refresh_if_old(integration, asking.open_bms, asking.now)
    contracts = {
        row.contract_id: row for row in SeenContract.objects.filter(integration=integration, gone=False)
    }
    faults, unique = Faults(), Unique("contract_id")
    found: dict[int, ContractTerms] = {}
    for row in rows:
        reader = RowReader(row, faults)
        number, terms = _contract(reader, contracts), _terms(reader)
        if number is not None and terms is not None and unique.is_new(number, row, faults):
            found[number] = terms
    faults.raise_if_any()
    return _Read(found, contracts)


def _contract(reader: RowReader, known: Mapping[int, SeenContract]) -> int | None:
    number = reader.read("contract_id", an_id)
    if reader.is_sound and number not in known:
        reader.refuse("contract_id", "is empty." if number is None else f"BMS has no contract {number}.")
    return number if reader.is_sound else None


def _terms(reader: RowReader) -> ContractTerms | None:
    issue_on, periods = reader.read("issue_on", _issue_on), reader.read("periods", _periods)
    posts_on = reader.read("posts_on", _day_of_month)
    if not reader.is_sound:
        return None
    fiscal = None if not periods else periods == FISCAL
    return ContractTerms(IssueOn(issue_on) if issue_on else None, fiscal, posts_on)


def _day_of_month(cell: str) -> int | None:
    if not cell:
        return None
    if not (cell.isascii() and cell.isdigit()) or not 1 <= int(cell[:3]) <= 31 or len(cell) > 2:
        raise CellRefused(f"{shown(cell)} is not a day of a month: write 1 to 31.")
    return int(cell)
