"""Large drops and rises: what the rules of a line say of a change, whoever may have released it."""

from decimal import Decimal

from seatbridge.reconcile.facts import Company
from seatbridge.reconcile.rules import Rules, ZeroPolicy
from seatbridge.reconcile.weighing import Weighed


def drops_too_far(weighed: Weighed) -> bool:
    return _is_large_drop(weighed) and not goes_without_asking(weighed)


def rises_too_far(weighed: Weighed) -> Company | None:
    """The company of which the licenses are not known."""
    company = _of_large_rise(weighed)
    return None if company is None or goes_without_asking(weighed) else company


def goes_without_asking(weighed: Weighed) -> bool:
    """Its money a month is under the sum that the partner lets go; money that is not known never is."""
    limit = weighed.rules.auto_approve_under
    if limit is None:
        return False
    money = weighed.a_month(weighed.moves_by)
    return money is not None and abs(money) < limit


def is_large(weighed: Weighed) -> bool:
    return _is_large_drop(weighed) or _of_large_rise(weighed) is not None


def treatment_of(weighed: Weighed) -> str:
    """What the rules make of this line, as far as they make anything: part of what an approval covers.

    A rule that is changed concerns the lines of which this becomes another, and no others.
    """
    before, after = weighed.before.units, weighed.target.units
    if after is None or before == after:
        return ""
    parts = [] if after else [str(weighed.rules.zero_policy)] * (weighed.rules.zero_policy != ZeroPolicy.HOLD)
    if is_large(weighed):
        parts.append("let go" if goes_without_asking(weighed) else "large")
    return ",".join(parts)


def _is_large_drop(weighed: Weighed) -> bool:
    before, after = weighed.before.units, weighed.target.units
    if before is None or after is None or after >= before:
        return False
    rules, lost = weighed.rules, before - after
    # Who lets zeros be written has decided on drops by 100 %; what the money limit says still counts.
    decided = after == 0 and rules.zero_policy is ZeroPolicy.WRITE
    if not decided and _falls_far(rules, Decimal(lost) / before, lost):
        return True
    money = weighed.a_month(weighed.moves_by)
    return money is not None and -money > rules.money_drop


def _falls_far(rules: Rules, share: Decimal, lost: int) -> bool:
    return (share >= rules.drop_share and lost >= rules.drop_units) or (
        share >= rules.big_drop_share and lost >= rules.big_drop_units
    )


def _of_large_rise(weighed: Weighed) -> Company | None:
    before, after, rules = weighed.before.units, weighed.target.units, weighed.rules
    if before is None or after is None or after - before < rules.rise_units:
        return None
    if after - before < before * rules.rise_share:
        return None
    today = weighed.terms.today
    for company in (member.company for member in weighed.members):
        known_since = company.known_since
        if company.licenses is not None or known_since is None:
            continue
        if (today - known_since).days > rules.rise_after_days:
            return company
    return None
