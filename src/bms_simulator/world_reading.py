"""A world from JSON: read whole and checked whole before anything of it stands."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bms_simulator.invoice_json import read_invoice, read_proration
from bms_simulator.knobs import CHOICES, COMPANY_NAME, FLAGS, NUMBERS, Knobs
from bms_simulator.lines import Line, Terms
from bms_simulator.posting import posted_until_at
from bms_simulator.reading import BadInputError, Fields
from bms_simulator.records import RIGHTS, Account, Contract, Service, User
from bms_simulator.world_parts import WorldParts

NOTHING = Decimal(0)


def read_world(value: Any) -> WorldParts:
    fields = Fields(value, "world")
    today = fields.day("date")
    knobs = read_knobs(fields)
    posted_until = fields.optional_day("posted_until")
    contracts = [
        read_contract(contract, knobs, today, posted_until) for contract in fields.objects("contracts")
    ]
    transactions = [
        (item.whole("contract_id"), read_proration(item)) for item in fields.objects("transactions")
    ]
    services = [read_service(service) for service in fields.objects("services")]
    by_id = {service.id: service for service in services}
    parts = WorldParts(
        knobs=knobs,
        today=today,
        users=[read_user(user, number) for number, user in enumerate(fields.objects("users"), start=1)],
        services=services,
        accounts=[read_account(account) for account in fields.objects("accounts")],
        contracts=contracts,
        lines=[read_line(line, by_id) for line in fields.objects("lines")],
        transactions=transactions,
        invoices=[read_invoice(invoice) for invoice in fields.objects("invoices")],
        last_line_id=fields.whole("last_line_id", 0),
    )
    fields.done()
    _check_references(parts)
    return parts


def read_knobs(fields: Fields) -> Knobs:
    posting = fields.object("posting")
    values: dict[str, Any] = {
        "company_name": fields.text("company_name", COMPANY_NAME),
        "start_day": posting.whole("start_day", 25, least=1),
        "end_day": posting.whole("end_day", 1, least=1),
    }
    values |= {name: fields.choice(name, allowed) for name, allowed in CHOICES.items()}
    values |= {name: fields.flag(name) for name in FLAGS}
    values |= {name: fields.whole(name, default, least) for name, (default, least) in NUMBERS.items()}
    posting.done()
    knobs = Knobs(**values)
    if max(knobs.start_day, knobs.end_day) > 31:
        raise BadInputError("world.posting: a posting day is between 1 and 31.")
    return knobs


def read_user(fields: Fields, number: int) -> User:
    rights = fields.items("rights") if fields.has("rights") else list(RIGHTS)
    unknown = [right for right in rights if right not in RIGHTS]
    if unknown:
        raise fields.wrong("rights", f"may hold {', '.join(RIGHTS)}; not {unknown[0]!r}")
    user = User(
        id=fields.whole("id", number, least=1),
        username=fields.text("username"),
        password=fields.text("password"),
        kind=fields.choice("kind", ("api", "mfa")),
        mfa_code=fields.optional_text("mfa_code"),
        totp_secret=fields.optional_text("totp_secret"),
        rights=frozenset(rights),
    )
    fields.done()
    return user


def read_service(fields: Fields) -> Service:
    service = Service(
        id=fields.whole("id", least=1),
        name=fields.text("name"),
        description=fields.text("description", ""),
        unit_cost=fields.decimal("unit_cost", NOTHING),
        unit_price=fields.decimal("unit_price", NOTHING),
        is_active=fields.flag("is_active", default=True),
    )
    fields.done()
    return service


def read_account(fields: Fields) -> Account:
    account = Account(
        fields.whole("id", least=1), fields.text("name"), is_active=fields.flag("is_active", default=True)
    )
    fields.done()
    return account


def read_contract(fields: Fields, knobs: Knobs, today: date, posted_through: date | None = None) -> Contract:
    start = fields.day("start")
    contract = Contract(
        id=fields.whole("id", least=1),
        account_id=fields.whole("account_id", least=1),
        name=fields.text("name"),
        type=fields.text("type", "Recurring Services"),
        status=fields.text("status", "Active"),
        billing_cycle=fields.text("billing_cycle", "Monthly"),
        start=start,
        end=fields.day("end"),
        issue_on=fields.choice("issue_on", ("start", "end")),
        fiscal=fields.flag("fiscal", default=True),
        posted_until=start,
        posts_on=fields.whole("posts_on", least=1) if fields.has("posts_on") else None,
    )
    if contract.posts_on is not None and contract.posts_on > 31:
        raise fields.wrong("posts_on", "is between 1 and 31")
    if contract.end < contract.start:
        raise fields.wrong("end", "is before start")
    posted = fields.optional_day("posted_until") or posted_until_at(contract, knobs, today, posted_through)
    fields.done()
    return replace(contract, posted_until=posted)


def read_line(fields: Fields, services: dict[int, Service]) -> Line:
    """The plain fields are the terms today; with `history`, that list is taken and they only inform.

    Name, description, price and cost that are not given are the service's.
    """
    service = services.get(fields.whole("service_id", least=1))
    if service is None:
        raise fields.wrong("service_id", "names a service that is unknown")
    plain = _read_terms(fields, "effective_date", service)
    history = tuple(_read_whole_terms(terms, service) for terms in fields.objects("history")) or (plain,)
    line = Line(
        id=fields.whole("id", least=1),
        contract_id=fields.whole("contract_id", least=1),
        service_id=service.id,
        history=history,
        excluded_from_bulk=fields.flag("excluded_from_bulk"),
        automatic=fields.flag("automatic"),
        counted=fields.whole("counted", plain.units),
        redated=fields.flag("redated"),
    )
    fields.done()
    if list(history) != sorted(history, key=lambda terms: terms.since):
        raise fields.wrong("history", "must be in the order of its days")
    return line


def _read_whole_terms(fields: Fields, service: Service) -> Terms:
    terms = _read_terms(fields, "from", service)
    fields.done()
    return terms


def _read_terms(fields: Fields, since: str, service: Service) -> Terms:
    return Terms(
        since=fields.day(since),
        units=fields.whole("units"),
        unit_price=fields.decimal("unit_price", service.unit_price),
        unit_cost=fields.decimal("unit_cost", service.unit_cost),
        name=fields.text("name", service.name),
        description=fields.text("description", service.description),
    )


def _check_references(parts: WorldParts) -> None:
    tables: dict[str, list[Any]] = {
        "users": [user.username.casefold() for user in parts.users],
        "services": [service.id for service in parts.services],
        "accounts": [account.id for account in parts.accounts],
        "contracts": [contract.id for contract in parts.contracts],
        "lines": [line.id for line in parts.lines],
    }
    for table, keys in tables.items():
        if len(set(keys)) != len(keys):
            raise BadInputError(f"world.{table}: two of them have the same key.")
    accounts, contracts = set(tables["accounts"]), set(tables["contracts"])
    for contract in parts.contracts:
        if contract.account_id not in accounts:
            raise BadInputError(
                f"world.contracts: {contract.id} names account {contract.account_id}, unknown."
            )
    for line in parts.lines:
        if line.contract_id not in contracts:
            raise BadInputError(f"world.lines: {line.id} names contract {line.contract_id}, unknown.")
