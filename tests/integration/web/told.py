"""A story at Northgate with people who look at it in a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from seatbridge.partners.adding import add_partner
from seatbridge.partners.roles import Role
from seatbridge.sync.models import SyncRun
from seatbridge.sync.syncing import sync_requested
from tests.support.cast import person
from tests.support.story import Story

MOST_QUERIES = 12


@dataclass(frozen=True, slots=True)
class Told:
    story: Story
    alice: Client  # owner
    bill: Client  # billing
    bob: Client  # viewer
    carol: Client  # owner of another partner

    def carry(self) -> SyncRun | None:
        """What the engine would do: the queued run, to its end."""
        run = SyncRun.objects.filter(state=SyncRun.State.QUEUED).first()
        if run is None:
            return None
        return sync_requested(run.pk, self.story.around())

    def approve(self, browser: Client, base: SyncRun, **fields: Any) -> Any:
        form = {"run": base.pk, "digest": base.plan_digest, **fields}
        return browser.post("/changes/approve", form, follow=True)


def told(story: Story) -> Told:
    northgate = story.integration.partner
    contoso = add_partner("Contoso", "Europe/Berlin")
    return Told(
        story,
        person("alice@northgate.example", northgate, Role.OWNER).browser,
        person("bill@northgate.example", northgate, Role.BILLING).browser,
        person("bob@northgate.example", northgate, Role.VIEWER).browser,
        person("carol@contoso.example", contoso, Role.OWNER).browser,
    )


def text_of(answer: Any) -> str:
    """What a person reads, in one line."""
    html = answer.content.decode()
    body = html[html.index("<main") :] if "<main" in html else html
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


@contextmanager
def at_most(number: int = MOST_QUERIES) -> Iterator[None]:
    with CaptureQueriesContext(connection) as seen:
        yield
    said = "\n".join(query["sql"][:160] for query in seen.captured_queries)
    assert len(seen) <= number, f"{len(seen)} queries:\n{said}"
