"""What happens in the midst of a story's sync: its process dies, or BMS meddles with what was written."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from bms_simulator.simulator import Simulator
from seatbridge.sync.starting import Asked
from tests.in_process import transport_to
from tests.support.story import ALICE, Story

Meddle = Callable[[Simulator, int], None]  # the simulator, and the contract just written


class Died(BaseException):
    """Nothing in the product catches it, as nothing catches a SIGKILL."""


def die_at(story: Story, step: str, *, time: int = 1, wanted: Asked | None = None, **asked: bool) -> None:
    """`time`: at the how-manieth passing of the step. `wanted`: asked for in place of a sync."""
    left = time

    def at(passed: str) -> None:
        nonlocal left
        left -= passed == step
        if not left:
            raise Died(step)

    with pytest.raises(Died):
        story.sync_asked(wanted or Asked(actor=ALICE, **asked), around=replace(story.around(), at=at))


def meddled(story: Story, meddle: Meddle, *, only: int | None = None) -> None:
    """BMS does something else right behind each write (`only`: of this contract)."""
    real = transport_to(story.bms)

    def answer(request: httpx.Request) -> httpx.Response:
        answered = real.handle_request(request)
        path = request.url.path
        if path.endswith("/services") and "/recurringservices/" in path:
            contract_id = int(path.split("/")[-2])
            if only in (None, contract_id):
                meddle(story.bms, contract_id)
        return answered

    story.transport = httpx.MockTransport(answer)
