"""A story whose BMS is reached over a real socket."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from bms_simulator.server import SimulatorServer
from seatbridge.integrations.opening import open_bms_for
from seatbridge.kit.hosts import HostList
from seatbridge.sync.syncing import Surroundings
from tests.support.story import HOST, Ran, Story


@dataclass(frozen=True, slots=True)
class OverHttp:
    story: Story
    url: str

    def around(self) -> Surroundings:
        story = self.story
        settings = replace(story.settings, psa_hosts=HostList({HOST: self.url}))
        clock = story.time.clock()
        return Surroundings(
            clock=clock,
            open_bms=lambda integration: open_bms_for(integration, settings, clock),
            lock_folder=story.folder / "locks",
        )

    def sync(self, **asked: Any) -> Ran:
        return self.story.sync(around=self.around(), **asked)


@contextmanager
def over_http(story: Story) -> Iterator[OverHttp]:
    server = SimulatorServer(story.bms)
    server.start()
    try:
        yield OverHttp(story, server.url)
    finally:
        server.stop()
