"""Logs to stderr, for a person or for a machine. Secrets are kit.secret.Secret and never show."""

import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

_about: ContextVar[Mapping[str, int]] = ContextVar("about", default={})  # noqa: B039 - never changed in place


@contextmanager
def about(**ids: int) -> Iterator[None]:
    """Every log line of the block carries these ids: run, integration."""
    before = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(before)


class _Json(logging.Formatter):
    """One JSON document a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_about.get(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = super().format(record)
        ids = ", ".join(f"{name} {number}" for name, number in _about.get().items())
        return f"{line} ({ids})" if ids else line


def _without_traceback(record: logging.LogRecord) -> bool:
    """What was asked and may not be had is no defect of ours; one is an ERROR."""
    if record.levelno < logging.ERROR:
        record.exc_info = record.exc_text = None
    return True


def set_up_logs(log_format: str, stream: TextIO | None = None) -> None:
    """`log_format` is "plain" or "json". Plain ones from WARNING on, until the process is to `speak_up`."""
    handler = logging.StreamHandler(stream or sys.stderr)
    plain = _Plain("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_Json() if log_format == "json" else plain)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("django.request").addFilter(_without_traceback)
    logging.getLogger("seatbridge").setLevel(logging.INFO if log_format == "json" else logging.WARNING)


def speak_up() -> None:
    """A process that runs on its own tells what it does; a command tells its person in other ways."""
    logging.getLogger("seatbridge").setLevel(logging.INFO)
