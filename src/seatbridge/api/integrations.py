"""Integrations: the connection to a BMS company, on and off, Authenticate."""

from typing import Any

from django.db import IntegrityError, transaction
from ninja import Query, Status

from seatbridge.api.calls import Call
from seatbridge.api.failing import told_as_problems
from seatbridge.api.operations import resource
from seatbridge.api.paging import Found, Paging, page_of_rows
from seatbridge.api.problems import Problem
from seatbridge.api.schemas.integrations import (
    Authentication,
    IntegrationIn,
    IntegrationOut,
    IntegrationPatch,
)
from seatbridge.api.schemas.pages import Page
from seatbridge.config.start import current
from seatbridge.integrations.adding import ConnectionForm, add_integration, change_connection, keep_draft
from seatbridge.integrations.models import Integration
from seatbridge.integrations.states import state_of
from seatbridge.integrations.switching import disable, enable
from seatbridge.kit.secret import Secret
from seatbridge.mappings.refreshing_behind import authenticate_and_read
from seatbridge.partners.roles import Right
from seatbridge.sync.removing import NotRemovable, has_run, remove_integration

integrations = resource("Integrations")
PATH = "/integrations/{integration_id}"


@integrations.operation("GET", "/integrations", Page[IntegrationOut])
def list_integrations(request: Call, paging: Query[Paging]) -> Found:
    """List the integrations."""
    found = page_of_rows(request, request.access.scoped(Integration), paging, "pk")
    return Found([shown(row) for row in found.items], found.next_cursor)


@integrations.operation(
    "POST", "/integrations", {201: IntegrationOut}, right=Right.SETTINGS, body="application/json"
)
def add_an_integration(request: Call, body: IntegrationIn) -> Status[dict[str, Any]]:
    """Connect a BMS company. Nothing is sent to it yet."""
    form = ConnectionForm(
        hostname=body.hostname,
        company_name=body.company_name,
        username=body.username,
        password=Secret(body.password),
        totp=Secret(body.totp_secret.strip()),
        password_set_on=body.password_set_on,
    )
    actor = request.access.actor
    try:
        with told_as_problems(), transaction.atomic():
            made, said = add_integration(request.access.partner, form, current(), actor=actor)
            if body.enabled:
                said += enable(made, actor=actor)
    except IntegrityError as error:  # somebody else was quicker
        raise Problem(409, "This BMS company is connected already.") from error
    return Status(201, shown(made, said))


@integrations.operation("GET", PATH, IntegrationOut)
def get_integration(request: Call) -> dict[str, Any]:
    """Read an integration."""
    return shown(request.integration)


@integrations.operation("PATCH", PATH, IntegrationOut, right=Right.SETTINGS, body="application/json")
def change_integration(request: Call, body: IntegrationPatch) -> dict[str, Any]:
    """Change the connection, or switch writing to BMS on or off."""
    integration, actor = request.integration, request.access.actor
    sent = body.model_dump(exclude_unset=True)
    said: list[str] = []
    try:
        with told_as_problems(), transaction.atomic():
            if set(sent) - {"enabled"}:
                said += change_connection(
                    integration,
                    _changed(integration, body),
                    current(),
                    actor=actor,
                    movable=not has_run(integration),
                )
            keep_draft(integration, actor=actor)
            if body.enabled is not None:
                said += (enable if body.enabled else disable)(integration, actor=actor)
    except IntegrityError as error:
        raise Problem(409, "This BMS company is connected already.") from error
    integration.refresh_from_db()
    return shown(integration, said)


@integrations.operation("DELETE", PATH, {204: None}, right=Right.SETTINGS)
def remove_an_integration(request: Call) -> Status[None]:
    """Remove an integration that is off, with its mappings and runs.

    What BMS bills stays as it is there, and the ledger keeps every entry. Refused while a run is under way or
    a line is not finished in BMS.
    """
    try:
        remove_integration(request.integration, actor=request.access.actor)
    except NotRemovable as reason:
        raise Problem(409, str(reason)) from reason
    return Status(204, None)


@integrations.operation("POST", f"{PATH}/authenticate", Authentication, right=Right.SETTINGS)
def authenticate(request: Call) -> dict[str, Any]:
    """Sign in to BMS once, and say in words what came of it.

    Never more than one sign-in: BMS locks a user after five bad ones. After three within half an hour none is
    tried, and `status` is `error:rate-limited`.
    """
    found = authenticate_and_read(request.integration, actor=request.access.actor)
    bms = {
        "business_name": found.business_name,
        "user": found.user,
        "currency": found.currency,
        "missing_rights": found.missing_rights,
    }
    told = {"ok": found.ok, "status": found.status, "cause": found.cause, "fix": found.fix}
    return {**told, "bms": bms if found.user else None}


def _changed(integration: Integration, body: IntegrationPatch) -> ConnectionForm:
    """What was not sent is as it stands; secrets that were not sent are kept."""
    sent = body.model_fields_set

    def text(given: str | None, stands: str) -> str:
        return stands if given is None else given

    return ConnectionForm(
        hostname=text(body.hostname, integration.hostname),
        company_name=text(body.company_name, integration.company_name),
        username=text(body.username, integration.username),
        password=Secret(body.password or ""),
        totp=Secret((body.totp_secret or "").strip()),
        password_set_on=body.password_set_on if "password_set_on" in sent else integration.password_set_on,
    )


def shown(row: Integration, notes: list[str] | None = None) -> dict[str, Any]:
    state, why = state_of(row)
    bms = {"business_name": row.bms_business_name, "user": row.bms_user, "currency": row.currency}
    return {
        "id": row.pk,
        "psa": row.psa,
        "hostname": row.hostname,
        "username": row.username,
        "company_name": row.company_name,
        "password_set_on": row.password_set_on,
        "has_totp_secret": bool(row.sealed_totp),
        "enabled": row.enabled,
        "state": state,
        "cause": why,
        "authenticated_at": row.authenticated_at,
        "bms": bms if row.authenticated_at else None,
        "created_at": row.created_at,
        "notes": notes or [],
    }
