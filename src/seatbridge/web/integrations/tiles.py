"""Available Integrations: what can be connected, and in what state it is."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from seatbridge.integrations.models import Integration
from seatbridge.integrations.states import State, state_of
from seatbridge.partners.access import require
from seatbridge.partners.roles import Right


@dataclass(frozen=True, slots=True)
class Tile:
    integration: Integration
    state: State
    why: str

    @property
    def look(self) -> str:
        return LOOKS[self.state]


LOOKS = {State.ON: "ok", State.OFF: "off", State.NEEDS_ATTENTION: "bad", State.NOT_CONNECTED: "off"}
ICONS = {State.ON: "check", State.OFF: "off", State.NEEDS_ATTENTION: "failed", State.NOT_CONNECTED: "plus"}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    access = require(request, Right.VIEW)
    rows = access.scoped(Integration).order_by("pk")
    tiles = [Tile(row, *state_of(row)) for row in rows]
    return render(request, "integrations/tiles.html", {"tiles": tiles, "icons": ICONS})
