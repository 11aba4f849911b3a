"""The state of an integration in a word, as its tile shows it."""

from enum import StrEnum

from django.db.models import QuerySet

from seatbridge.integrations.models import BmsUser, Integration


class State(StrEnum):
    NOT_CONNECTED = "not connected"
    ON = "on"
    OFF = "off"
    NEEDS_ATTENTION = "needs attention"


def state_of(integration: Integration, *, is_refused: bool | None = None) -> tuple[State, str]:
    """The word, and why a person should look. `is_refused`: the sign-in, where that was read already."""
    if integration.is_draft:
        return State.NOT_CONNECTED, "The connection was typed and is not saved yet."
    if integration.stopped_reason:
        return State.NEEDS_ATTENTION, f"Writing was stopped: {integration.stopped_reason}"
    if refused_sign_ins(integration).exists() if is_refused is None else is_refused:
        return State.NEEDS_ATTENTION, f"Kaseya BMS refused the sign-in of {integration.username}."
    if integration.authenticated_at is None:
        return (
            State.NEEDS_ATTENTION,
            "It was never authenticated: nobody knows yet whether the sign-in works.",
        )
    return (State.ON, "") if integration.enabled else (State.OFF, "Nothing is written to BMS.")


def refused_sign_ins(integration: Integration) -> QuerySet[BmsUser]:
    return BmsUser.objects.filter(
        host=integration.hostname,
        company_name=integration.company_name.casefold(),
        username=integration.username.casefold(),
        refused_credentials__gt="",
    )
