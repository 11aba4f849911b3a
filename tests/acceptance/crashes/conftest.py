from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from queue import Queue

import pytest

from tests.acceptance.crashes.databases import copies_of_files, copies_on_postgresql
from tests.acceptance.crashes.places import Copies, Places
from tests.acceptance.crashes.scenarios import CANARY_APPENDS, REPLACE
from tests.acceptance.crashes.side_by_side import SIDE_BY_SIDE
from tests.support.bms_process import BmsProcess, running_bms
from tests.support.forking import running_starter


@contextmanager
def _places(folder: Path, copies: Copies, **environment: str) -> Iterator[Places]:
    free: Queue[BmsProcess] = Queue()
    with ExitStack() as stack:
        for _ in range(SIDE_BY_SIDE):
            free.put(stack.enter_context(running_bms("--companies", "1")))
        starter = stack.enter_context(running_starter(folder, **environment))
        places = Places(free, starter, copies, count())
        for scenario in (CANARY_APPENDS, REPLACE):
            with places.place(scenario) as place:  # in the starter itself: its children find all of it loaded
                place.settle = 0
                place.sync(approve=True)
                assert place.bms.writes() != []
        starter.do("fork")
        yield places


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("crashes")
    with _places(folder, copies_of_files(folder)) as made:
        yield made


@pytest.fixture(scope="session")
def places_on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("crashes-on-postgresql")
    copies, environment = copies_on_postgresql(folder)
    with _places(folder, copies, **environment) as made:
        yield made
