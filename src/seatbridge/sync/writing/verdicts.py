"""How this BMS company behaves, learned from what its canary and its writes showed."""

from decimal import Decimal

from seatbridge.integrations.models import BmsCompany
from seatbridge.sync.models import Write
from seatbridge.sync.records import note
from seatbridge.sync.running import Running
from seatbridge.sync.writing.writes import share_of_period


def price_factors(company: BmsCompany, cycle: str) -> tuple[Decimal, ...]:
    """Shares of a period's price that the contract's total may move by; one only, once it was learned."""
    shares = share_of_period(cycle)
    known = company.price_basis.get(cycle.strip().lower())
    if known == "period":
        return shares[:1]
    return shares[1:] if known == "month" and len(shares) > 1 else shares


def learn_basis(running: Running, cycle: str, factor: Decimal) -> None:
    """Whether a long cycle's total is per period or per month, once a write has shown it (rule 11)."""
    company, word = running.company, cycle.strip().lower()
    if len(price_factors(company, word)) == 1:
        return
    company.price_basis[word] = "period" if factor == 1 else "month"
    company.save(update_fields=["price_basis"])


def note_reading(running: Running, reading: str, why: str) -> None:
    company = running.company
    if company.reading == reading and reading != "undecided":
        return
    company.reading = reading
    company.undecided_reason = why if reading == "undecided" else ""
    company.save(update_fields=["reading", "undecided_reason"])
    note(running, "verdict.reached", reading=reading, why=why)


def note_appends(running: Running, why: str) -> None:
    note_reading(running, "appends", why)


def note_refusal(running: Running, line_id: int, code: int | None, text: str) -> None:
    """*rejects* needs two lines refused with the same code; anything else leaves the canary undecided."""
    company = running.company
    if company.rejected_line_id in (None, line_id):
        company.rejected_line_id, company.rejected_code = line_id, code
        company.save(update_fields=["rejected_line_id", "rejected_code"])
        note(running, "verdict.refused-once", line=line_id, code=code, why=text)
    elif company.rejected_code == code:
        note_reading(running, "rejects", f"two lines were refused: {text}")
    else:
        note_reading(running, "undecided", f"two lines were refused for different reasons; the last: {text}")


def note_ahead(running: Running, ahead: str, write: Write) -> None:
    company = running.company
    if company.ahead == ahead:
        return
    company.ahead = ahead
    company.save(update_fields=["ahead"])
    note(running, "verdict.ahead", write, ahead_is=ahead)
