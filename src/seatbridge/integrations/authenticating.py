"""Authenticate: really sign in, and say in words who we are there and what is missing."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import httpx

from seatbridge.config.settings import Settings
from seatbridge.integrations.changing import change
from seatbridge.integrations.models import Integration
from seatbridge.integrations.opening import open_bms_for
from seatbridge.kit.clock import Clock
from seatbridge.kit.plain_text import readable
from seatbridge.psa.errors import MissingRight, NeedsCredentials, PsaError, RateLimited, Retriable
from seatbridge.psa.kaseya_bms.client import Bms
from seatbridge.psa.records import SignedIn


@dataclass(frozen=True, slots=True)
class Authenticated:
    """`status` is one of product.md's codes, or "ok". `missing_rights`: what the user may not see in BMS."""

    ok: bool
    status: str
    cause: str
    fix: str
    business_name: str = ""
    user: str = ""
    currency: str = ""
    missing_rights: tuple[str, ...] = ()


def authenticate(
    integration: Integration,
    settings: Settings,
    clock: Clock,
    *,
    actor: str,
    transport: httpx.BaseTransport | None = None,
) -> Authenticated:
    """At most one sign-in and three small reads; raises nothing that a PSA can cause.

    The right to change contracts cannot be seen without changing one: the first write shows it.
    """
    try:
        with open_bms_for(integration, settings, clock, by_person=True, transport=transport) as bms:
            signed_in = bms.whoami()
            missing = _missing_rights(bms)
    except PsaError as error:
        return Authenticated(ok=False, status=_status(error), cause=_cause(error), fix=error.fix)
    signed_in = replace(
        signed_in, user=readable(signed_in.user), business_name=readable(signed_in.business_name)
    )
    _keep(integration, signed_in, clock, actor)
    if missing:
        return Authenticated(
            ok=False,
            status="error:permission",
            cause=f"Signed in as {signed_in.user}, but the user may not see: {', '.join(missing)}.",
            fix="In BMS give the user's role these rights, then authenticate again.",
            business_name=signed_in.business_name,
            user=signed_in.user,
            currency=integration.currency,
            missing_rights=missing,
        )
    return Authenticated(
        ok=True,
        status="ok",
        cause=f"Signed in to {signed_in.business_name} as {signed_in.user}.",
        fix="",
        business_name=signed_in.business_name,
        user=signed_in.user,
        currency=integration.currency,
    )


def _missing_rights(bms: Bms) -> tuple[str, ...]:
    probes: tuple[tuple[str, Callable[[], object]], ...] = (
        ("Finance > Contracts", lambda: bms.contract_choices(0)),
        ("Admin > Finance > Services", lambda: bms.services("no service is named like this")),
    )
    return tuple(right for right, probe in probes if _is_refused(probe))


def _is_refused(probe: Callable[[], object]) -> bool:
    try:
        probe()
    except MissingRight:
        return True
    except PsaError:
        return False  # nothing about rights: an empty account may be refused, and signing in has worked
    return False


def _keep(integration: Integration, signed_in: SignedIn, clock: Clock, actor: str) -> None:
    currency = (signed_in.currency or "").strip().upper()
    new: dict[str, object] = {
        "authenticated_at": clock.now(),
        "bms_business_name": signed_in.business_name[:200],
        "bms_user": signed_in.user[:200],
    }
    if len(currency) == 3:
        new["currency"] = currency
    change(integration, "integration.authenticated", actor, new)


def _status(error: PsaError) -> str:
    if isinstance(error, MissingRight):
        return "error:permission"
    if isinstance(error, NeedsCredentials):
        return "error:credentials"
    if isinstance(error, RateLimited):
        return "error:rate-limited"
    return "error:psa-unreachable" if isinstance(error, Retriable) else "error:psa-rejected"


def _cause(error: PsaError) -> str:
    return f"{error.what} {error.why}".strip()
