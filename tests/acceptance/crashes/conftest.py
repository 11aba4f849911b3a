from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import Queue

import pytest

from tests.acceptance.crashes.databases import copies_of_files, copies_on_postgresql
from tests.acceptance.crashes.places import Copies, Places
from tests.acceptance.crashes.scenarios import CANARY_APPENDS, REPLACE
from tests.acceptance.crashes.side_by_side import SIDE_BY_SIDE
from tests.support.bms_process import BmsProcess, running_bms_side_by_side
from tests.support.forking import running_starter


@pytest.fixture(scope="session")
def free() -> Iterator[Queue[BmsProcess]]:
    queue: Queue[BmsProcess] = Queue()
    with running_bms_side_by_side(SIDE_BY_SIDE) as side_by_side:
        for bms in side_by_side:
            queue.put(bms)
        yield queue


@contextmanager
def _places(folder: Path, free: Queue[BmsProcess], copies: Copies, **environment: str) -> Iterator[Places]:
    with running_starter(folder, **environment) as starter:
        places = Places(free, starter, copies, count())
        for scenario in (CANARY_APPENDS, REPLACE):
            with places.place(scenario) as place:  # in the starter itself: its children find all of it loaded
                place.settle = 0
                place.sync(approve=True)
                assert place.bms.writes() != []
        starter.do("fork")
        yield places


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory, free: Queue[BmsProcess]) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("crashes")
    with _places(folder, free, copies_of_files(folder)) as made:
        yield made


@pytest.fixture(scope="session")
def places_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, free: Queue[BmsProcess]
) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("crashes-on-postgresql")
    copies, environment = copies_on_postgresql(folder)
    with _places(folder, free, copies, **environment) as made:
        yield made
