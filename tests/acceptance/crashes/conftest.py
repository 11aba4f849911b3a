from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from queue import Queue

import pytest

from tests.acceptance.crashes.places import Copies, Places, copy_file
from tests.acceptance.crashes.side_by_side import SIDE_BY_SIDE
from tests.support.bms_process import BmsProcess, running_bms
from tests.support.forking import running_starter


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    folder = tmp_path_factory.mktemp("crashes")
    free: Queue[BmsProcess] = Queue()
    with ExitStack() as stack:
        for _ in range(SIDE_BY_SIDE):
            free.put(stack.enter_context(running_bms("--companies", "1")))
        starter = stack.enter_context(running_starter(folder))
        yield Places(free, starter, Copies(folder, copy_file), count())
