import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from seatbridge.config.logs import set_up_logs
from seatbridge.kit.secret import Secret


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_json_logs_are_one_document_a_line_with_the_traceback_in_it() -> None:
    stream = StringIO()
    set_up_logs("json", stream)
    log = logging.getLogger("seatbridge.sync")
    log.info("signed in with %s", Secret("correct horse"))
    try:
        int("two\nlines")
    except ValueError:
        log.exception("it broke")
    first, second = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (first["level"], first["message"]) == ("info", "signed in with ***")
    assert "ValueError" in second["traceback"]


def test_plain_logs_leave_out_the_chatter_of_other_packages() -> None:
    stream = StringIO()
    set_up_logs("plain", stream)
    logging.getLogger("httpx").info("POST https://api.bms.kaseya.com/")
    logging.getLogger("seatbridge.sync").info("run 7 began")
    assert "httpx" not in stream.getvalue()
    assert "run 7 began" in stream.getvalue()
