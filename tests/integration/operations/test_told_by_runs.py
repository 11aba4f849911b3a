"""Logs and traces of a run: which run it was, what became of it, and no secret in any of it."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from seatbridge.config.logs import set_up_logs
from tests.support.story import Story, settled
from tests.support.story_world import PASSWORD, clients
from tests.with_django import SETTINGS


@pytest.fixture
def story(db: None, tmp_path: Path) -> Story:
    changed = [replace(client, users={"standard": 11}) for client in clients(2, licenses=100)]
    return settled(changed, settings=SETTINGS, folder=tmp_path)


@pytest.fixture
def everything_logged() -> Iterator[StringIO]:
    """Of every package, down to the last detail: more than any operator sees."""
    root, ours, stream = logging.getLogger(), logging.getLogger("seatbridge"), StringIO()
    before = list(root.handlers), root.level, ours.level
    set_up_logs("json", stream)
    root.setLevel(logging.DEBUG)
    yield stream
    root.handlers[:], _, _ = before
    root.setLevel(before[1])
    ours.setLevel(before[2])


def test_each_line_of_a_run_carries_its_ids(story: Story, everything_logged: StringIO) -> None:
    run = story.sync().run
    lines = [json.loads(line) for line in everything_logged.getvalue().splitlines()]
    ours = [line for line in lines if line["logger"].startswith("seatbridge")]
    assert [line["message"] for line in ours] == ["the run begins, a sync", "the run has ended: succeeded"]
    assert {(line["run"], line["integration"]) for line in ours} == {(run.pk, story.integration.pk)}


def test_no_log_line_holds_a_password_or_a_token(story: Story, everything_logged: StringIO) -> None:
    story.bms.arm("GET /v2/finance/contracts/summary", "401")
    story.sync()
    story.bms.arm("POST /v2/security/authenticate", "success-false")
    story.sync()
    said = everything_logged.getvalue()
    assert "the run has ended: failed" in said
    assert "HTTP Request" in said, "the packages beneath were not listened to"
    assert PASSWORD not in said
    assert "Bearer" not in said


@pytest.fixture(scope="module")
def spans() -> InMemorySpanExporter:
    """As an operator who runs Seatbridge under an SDK: there is one provider in a process."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


def test_a_trace_shows_the_run_and_each_call_of_it(story: Story, spans: InMemorySpanExporter) -> None:
    spans.clear()
    ran = story.sync()
    found = spans.get_finished_spans()
    (whole,) = [span for span in found if span.name == "sync run"]
    assert whole.attributes is not None
    assert whole.attributes["seatbridge.run"] == ran.run.pk
    assert whole.attributes["seatbridge.state"] == "succeeded"
    calls = [span for span in found if span.parent is not None and span.name != "sync run"]
    assert len(calls) == ran.calls.total()
    assert {span.parent.span_id for span in calls if span.parent} == {whole.context.span_id}
    assert PASSWORD not in str([span.to_json() for span in found])
