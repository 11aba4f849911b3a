"""The CSV files that the demo imports: the same ones that a person would bring."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from seatbridge.cli.demo.cast import SERVICES, Client


def write_companies(path: Path, clients: Iterable[Client], *, past: bool) -> Path:
    header = ["ref", "name", "type", "level", "licenses_assigned"]
    rows = [
        [row.ref, row.name, row.kind, (row.past_level or row.level) if past else row.level, row.licenses]
        for row in clients
        if (not row.new if past else row.today is not None)
    ]
    return _write(path, header, rows)


def write_users(path: Path, clients: Iterable[Client], *, past: bool) -> Path:
    header = ["company", "user", "email", "name", "status", "nfr"]
    rows: list[list[object]] = []
    for row in clients:
        statuses = ({} if row.new else row.past) if past else row.today
        number = 0
        for status, users in (statuses or {}).items():
            for _ in range(users):
                number += 1
                rows.append(_user(row, number, status))
    return _write(path, header, rows)


def _user(client: Client, number: int, status: str) -> list[object]:
    mail = f"user{number}@{client.ref}.example"
    return [
        client.ref, f"{client.ref}-{number}", mail, f"User {number}", status, "yes" if client.nfr else "no",
    ]  # fmt: skip


def write_products(path: Path) -> Path:
    return _write(path, ["product", "service_id"], [[name, key] for name, key in SERVICES.items()])


def write_company_mappings(path: Path, clients: Iterable[Client]) -> Path:
    header = ["company", "account_id", "contract_id", "exclude_reason", "review_on"]
    rows = [
        [row.ref, row.account_id if row.mapped_to else "", row.mapped_to or "", row.excluded, row.review_on]
        for row in clients
        if row.mapped_to or row.excluded
    ]
    return _write(path, header, rows)


def write_units(path: Path, clients: Iterable[Client]) -> Path:
    """What the partner knows to stand on its contracts in October: read off BMS's screens."""
    rows: list[list[object]] = []
    taken: set[int] = set()
    for row in clients:
        for deal in row.deals:
            if deal.id != row.mapped_to or deal.id in taken:
                continue
            taken.add(deal.id)
            rows.extend(
                [row.ref, product, deal.units[service]]
                for product, service in SERVICES.items()
                if service in deal.units
            )
    return _write(path, ["company", "product", "units"], rows)


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    return _write(path, header, rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
