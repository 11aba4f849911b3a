"""What a program pushes: the same checks and the same merge as a file, without the file."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from seatbridge.partners.models import Partner
from seatbridge.usage.columns import SYNONYMS, Columns
from seatbridge.usage.models import Company, CompanyUser
from seatbridge.usage.parsing import Around, Value, parse_row, parsers_of
from seatbridge.usage.refusals import Faults
from seatbridge.usage.reports import ImportReport
from seatbridge.usage.staging import staging
from seatbridge.usage.taking import Coming, take_staged

Given = Mapping[str, str]  # field -> text, as a cell of a file would hold it; absent: not spoken of


def push_counts(partner: Partner, rows: Sequence[Given], *, complete: bool, as_of: datetime) -> ImportReport:
    """`as_of`: aware, the moment that all of them speak of. `complete`: every company of the partner.

    All or nothing. Raises ImportRefused; row 1 is the first one.
    """
    return _push(partner, "counts", rows, complete=complete, now=as_of)


def put_company(partner: Partner, ref: str, given: Given, *, now: datetime) -> tuple[Company, bool]:
    """Add a company, or change the fields that are given; True where it is new. Raises ImportRefused."""
    row = {"ref": ref, **given}
    (values,) = _read("companies", [row], Around({}, ZoneInfo(partner.timezone), now))
    report = _push(partner, "companies", [row], complete=False, now=now)
    return Company.objects.get(partner=partner, ref=values[1]), report.created > 0


def put_user(company: Company, ref: str, given: Given, *, now: datetime) -> tuple[CompanyUser, bool]:
    """Add a user, or change the fields that are given; True where the user is new. Raises ImportRefused.

    It is no list: the roster stays as old as the last list that named the company, and a company that had
    none has none still. One user alone must not read as "this company has one user".
    """
    row = {"company": company.ref, "user": ref, **given}
    around = Around({company.ref: company.pk}, ZoneInfo(company.partner.timezone), now)
    (values,) = _read("users", [row], around)
    fields = dict(zip(SYNONYMS["users"], values[1:], strict=True))
    told = {name: fields[name] for name in given}
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=company.partner_id)
        return CompanyUser.objects.update_or_create(company=company, ref=str(fields["user"]), defaults=told)


def _push(
    partner: Partner, kind: str, rows: Sequence[Given], *, complete: bool, now: datetime
) -> ImportReport:
    moment = now.astimezone(UTC)
    ids = Company.objects.filter(partner=partner).values_list("ref", "pk")
    around = Around({} if kind == "companies" else dict(ids), ZoneInfo(partner.timezone), moment)
    with staging(kind, moment) as staged:
        faults = Faults()
        for values in _read(kind, rows, around):
            staged.add(values)
        staged.finish(faults)
        faults.raise_if_any()
        present = {name for row in rows for name in row}
        sha256 = hashlib.sha256(repr([sorted(row.items()) for row in rows]).encode()).hexdigest()
        coming = Coming(partner, kind, "push", complete, moment, present, sha256, len(rows))
        return take_staged(coming, dry_run=False)


def _read(kind: str, rows: Sequence[Given], around: Around) -> list[list[Value]]:
    """The values of each row, in the order in which they are staged. Raises ImportRefused."""
    fields = tuple(SYNONYMS[kind])
    columns = Columns({name: index for index, name in enumerate(fields)}, (), len(fields))
    parsers = parsers_of(kind, columns, around)
    faults = Faults()
    found = [
        parse_row(parsers, number, [row.get(name, "") for name in fields], faults)
        for number, row in enumerate(rows, 1)
    ]
    faults.raise_if_any()
    return found
