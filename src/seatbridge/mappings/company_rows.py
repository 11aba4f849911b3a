"""Rows of a company mapping file, each checked for itself and against the catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date

from seatbridge.mappings.checking import Choices, check_place
from seatbridge.mappings.file_rows import FileRow, an_id
from seatbridge.mappings.reviewing import why_past
from seatbridge.mappings.row_faults import RowReader, Unique
from seatbridge.usage import cells
from seatbridge.usage.models import Company
from seatbridge.usage.refusals import Faults, shown

FIELDS = ("company", "account_id", "contract_id", "exclude_reason", "review_on")


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """Without a reason to exclude it, the company has both ids."""

    company: Company
    account_id: int | None
    contract_id: int | None
    reason: str
    review_on: date | None


def read_company_rows(
    rows: Sequence[FileRow],
    companies: Mapping[str, Company],
    choices: Choices,
    today: date,
    mapped: Mapping[str, date | None],
) -> tuple[list[CompanyRow], list[str]]:
    """The rows, and notes on what was accepted and should be looked at. Raises ImportRefused.

    `mapped`: the companies that have a mapping, by ref, and until when these are excluded. A row that says
    nothing leaves any other as it is, so that a file that was taken out comes in again.
    """
    faults, unique = Faults(), Unique("company")
    found: list[CompanyRow] = []
    notes: list[str] = []
    untouched = 0
    for row in rows:
        ref = row.cells["company"]
        if ref in companies and ref not in mapped and not any(row.cells[field] for field in FIELDS[1:]):
            untouched += unique.is_new(ref, row, faults)
            continue
        reader = RowReader(row, faults)
        read = _read(row, reader, companies, today, mapped.get(ref))
        if read is not None and unique.is_new(read.company.ref, row, faults):
            found.append(_placed(read, reader, choices, today, notes))
    faults.raise_if_any()
    if untouched:
        notes.append(f"{untouched:,} rows are empty but for the company: these stay without a mapping.")
    return found, notes


def _read(
    row: FileRow, reader: RowReader, companies: Mapping[str, Company], today: date, former: date | None
) -> CompanyRow | None:
    company = companies.get(row.cells["company"])
    if company is None:
        reader.refuse(
            "company", f"there is no company {shown(row.cells['company'])}. Import the companies first."
        )
    account_id = reader.read("account_id", an_id)
    contract_id = reader.read("contract_id", an_id)
    reason = reader.read("exclude_reason", cells.text(200)) or ""
    review_on = reader.read("review_on", cells.day(UTC))
    if review_on and not reason:
        reader.refuse("review_on", "has a date, but exclude_reason is empty.")
    if reader.is_sound and contract_id is None and not reason:
        reader.refuse(
            "contract_id", "is empty: a company is billed on a contract, or excluded with a reason."
        )
    review = None if review_on is None else date.fromisoformat(review_on)
    if past := why_past(review, former, today):
        reader.refuse("review_on", past)
    if company is None or not reader.is_sound:
        return None
    return CompanyRow(company, account_id, contract_id, reason, review)


def _placed(
    read: CompanyRow, reader: RowReader, choices: Choices, today: date, notes: list[str]
) -> CompanyRow:
    if read.contract_id is None or read.reason:
        return read  # excluded: nothing is written anywhere
    checked = check_place(choices, read.account_id, read.contract_id, today)
    for field, message in checked.faults:
        reader.refuse(field, message)
    notes.extend(f"{read.company.name}: {note}" for note in checked.notes)
    return replace(read, account_id=checked.account_id)
