"""Invoice check: what was invoiced after the last posting day, against what stood on contract."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from seatbridge.partners.access import require
from seatbridge.partners.roles import Right
from seatbridge.sync.invoice_checks import exceptions_of, latest_checks
from seatbridge.sync.models import InvoiceCheck
from seatbridge.web.changes.rows import PRODUCTS
from seatbridge.web.chosen import chosen_integration
from seatbridge.web.links import company_url
from seatbridge.web.wording import day_words, money_words

OUTCOMES = {
    "on-invoice": "On invoice",
    "not-on-invoice": "Not on invoice",
    "other-quantity": "Other quantity",
    "cannot-tell": "Cannot tell",
}
MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    contract: str
    companies: list[tuple[str, str]]  # name, and the address of its page
    product: str
    period: str
    expected: str
    invoiced: str
    what: str
    why: str  # of one of which nothing can be said
    prorations: str
    money: str


@dataclass(frozen=True, slots=True)
class CheckShown:
    check: InvoiceCheck
    sentence: str
    rows: list[ExceptionRow]
    more: int


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    chosen = chosen_integration(request, access)
    checks = [] if chosen.integration is None else latest_checks(chosen.integration.pk)
    shown = {
        "integration": chosen.integration,
        "integrations": chosen.others,
        "checks": [_shown(check) for check in checks],
        "tab": "invoices",
        "section": "history",
    }
    return render(request, "history/invoices.html", shown)


def banner_of(checks: Iterable[InvoiceCheck], currency: str) -> str:
    """One sentence for Home; empty where nothing was checked yet."""
    return " ".join(sentence_of(check, currency) for check in checks)


def is_amiss(check: InvoiceCheck) -> bool:
    return not check.is_done or bool(check.summary.get("proration-line"))


def sentence_of(check: InvoiceCheck, currency: str) -> str:
    counts = check.summary
    unsure = counts.get("cannot-tell", 0)
    lines = sum(counts.get(name, 0) for name in OUTCOMES)
    on = day_words(check.posted_on)
    if not is_amiss(check):
        return f"All {lines:,} line{'' if lines == 1 else 's'} are on the invoices of {on} as on contract."
    parts = [
        f"{counts['not-on-invoice']:,} not on invoice" if counts["not-on-invoice"] else "",
        f"{counts['other-quantity']:,} with another quantity" if counts["other-quantity"] else "",
        f"{counts['proration-line']:,} with a proration line" if counts["proration-line"] else "",
        f"{unsure:,} of which we cannot tell" if unsure else "",
    ]
    money = Decimal(counts["money"])
    sums = f" Together {money_words(money, currency, signed=True)} on the invoices." if money else ""
    said = ", ".join(part for part in parts if part)
    return f"Of {lines:,} line{'' if lines == 1 else 's'} invoiced on {on}: {said}.{sums}"


def _shown(check: InvoiceCheck) -> CheckShown:
    rows = exceptions_of(check)
    currency = rows[0]["currency"] if rows else ""
    shown = [_row(row) for row in rows[:MOST_SHOWN]]
    return CheckShown(check, sentence_of(check, currency), shown, len(rows) - len(shown))


def _row(row: Mapping[str, Any]) -> ExceptionRow:
    products = dict.fromkeys(PRODUCTS.get(product, product) for *_, product in row["companies"])
    names = {name: company_url(ref) for ref, name, _ in row["companies"]}
    prorations = [money_words(Decimal(each), row["currency"], signed=True) for each in row["prorations"]]
    money = Decimal(row["money"])
    first, last = row["periods"][0][0], row["periods"][-1][1]
    return ExceptionRow(
        contract=row["contract"],
        companies=list(names.items()),
        product=", ".join(products),
        period=f"{day_words(date.fromisoformat(first), weekday=False)} to "
        f"{day_words(date.fromisoformat(last), weekday=False)}",
        expected=_quantities(row["expected"]),
        invoiced=_quantities(row["invoiced"]),
        what=OUTCOMES[row["outcome"]],
        why=_why(row) if row["outcome"] == "cannot-tell" else "",
        prorations=", ".join(prorations),
        money=money_words(money, row["currency"], signed=True) if money else "",
    )


def _why(row: Mapping[str, Any]) -> str:
    if all(row.get("sure", ())) and None not in row["expected"]:
        return "The period is a part of a whole one, and the invoice does not say how many users it bills."
    return "What stood on the line on the first day of the period is not known."


def _quantities(numbers: Iterable[int | None]) -> str:
    return " + ".join("unknown" if number is None else f"{number:,}" for number in numbers) or "nothing"
