"""Lines of one unit whose price is N x p: the units before are read from the price (writing.md rule 10)."""

from decimal import Decimal

from seatbridge.reconcile.facts import Evidence, Method
from seatbridge.reconcile.units_before import Before, Seen, units_before
from seatbridge.reconcile.words import amount


def units_before_with(method: Method | None, seen: Seen) -> Before:
    """Units before under the write method in force; `unusable` where that method cannot work on this line."""
    carried = seen.known.carried
    if carried is None:
        plain = units_before(seen)
        if method is not Method.PRICE_CARRYING:
            return plain
        why = "the price and cost of one user were never confirmed for it"
        return Before(plain.units, plain.evidence, plain.sentence, plain.edited, why)
    if method is not Method.PRICE_CARRYING and seen.line.unit_price == carried.unit_price:
        return units_before(seen)
    if not _is_one_unit(seen):
        why = (
            "nothing shows that it stands at 1 unit, so its price may not be taken as the price of all users"
        )
        return Before(None, Evidence.UNKNOWN, f"Units unknown: {why}.", unusable=why)
    return _from_price(seen, carried.unit_price, usable=method is Method.PRICE_CARRYING)


def _from_price(seen: Seen, price_of_one: Decimal, *, usable: bool) -> Before:
    price = seen.line.unit_price
    sentence = f"1 unit at {amount(price, seen.currency)}"
    if price_of_one <= 0 or price % price_of_one:
        why = f"its price is no whole multiple of {amount(price_of_one, seen.currency)}"
        return Before(None, Evidence.UNKNOWN, f"{sentence}: {why}", unusable=why)
    units = int(price / price_of_one)
    sentence = f"{sentence} ÷ {amount(price_of_one, seen.currency)} = {units}"
    unusable = "" if usable else "it carries its users in its price, which only price-carrying may change"
    return Before(units, Evidence.CARRIED, sentence, _edited(seen, units), unusable)


def _edited(seen: Seen, units: int) -> str:
    written = seen.known.written_units
    carried = seen.known.carried
    if written is None or carried is None or seen.known.written_price != carried.unit_price:
        return ""
    if written == units or not seen.is_ours:
        return ""
    return f"The line's price stands for {units} users, we wrote {written}."


def _is_one_unit(seen: Seen) -> bool:
    known = seen.known
    if seen.line.units is not None:
        return seen.line.units == 1
    if known.confirmed_units == 1:
        return True
    if not seen.is_ours:
        return False
    if seen.invoiced is not None:
        return seen.invoiced.units == 1
    if known.written_units is None:
        return False
    # A price-carrying write of ours kept p beside N, and was only made on a line of 1 unit.
    carries_ours = known.written_price is not None and (
        known.written_units * known.written_price == seen.line.unit_price
    )
    return known.written_units == 1 or carries_ours
