import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from seatbridge.config.logs import about, set_up_logs, speak_up
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
    speak_up()  # as `serve` and `worker` do; a command tells its person in other ways
    logging.getLogger("httpx").info("POST https://api.bms.kaseya.com/")
    logging.getLogger("seatbridge.sync").info("run 7 began")
    assert "httpx" not in stream.getvalue()
    assert "run 7 began" in stream.getvalue()


@pytest.mark.parametrize("log_format", ["json", "plain"])
def test_a_line_says_which_run_of_which_integration_it_is_about(log_format: str) -> None:
    stream = StringIO()
    set_up_logs(log_format, stream)
    log = logging.getLogger("seatbridge.sync")
    with about(run=7, integration=3):
        log.warning("it stopped")
    log.warning("elsewhere")
    inside, outside = stream.getvalue().splitlines()
    if log_format == "json":
        assert (json.loads(inside)["run"], json.loads(inside)["integration"]) == (7, 3)
    else:
        assert inside.endswith("it stopped (run 7, integration 3)")
    assert "7" not in outside.partition("elsewhere")[2]


def test_a_command_is_quiet_where_people_read() -> None:
    stream = StringIO()
    set_up_logs("plain", stream)
    logging.getLogger("seatbridge.sync").info("run 7 began")
    assert stream.getvalue() == ""


def test_what_a_role_may_not_do_is_told_without_a_traceback_and_a_defect_with_one() -> None:
    stream = StringIO()
    set_up_logs("plain", stream)
    log = logging.getLogger("django.request")
    try:
        int("may not")
    except ValueError:
        log.warning("Forbidden: /changes/", exc_info=True)
        assert stream.getvalue().count("\n") == 1
        log.exception("Internal Server Error: /changes/")
    assert "Traceback" in stream.getvalue()
