"""Every list page and every partial, beside a view that does nothing: `sync_child.py portal_once ROUNDS`.

In this process, through the whole WSGI application, as the server calls it. All take turns in every round, so
that a busy machine slows all of them. Prints one line of JSON: for each its queries, bytes and seconds.
"""

import io
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import portal_urls
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test.utils import CaptureQueriesContext
from portal_world import OWNER

from seatbridge.config.portal import ready_application
from seatbridge.integrations.models import Integration
from seatbridge.mappings.models import CompanyMapping
from seatbridge.sync.models import SyncRun
from seatbridge.usage.models import Company, CompanyUser
from seatbridge.users.models import User

PARTIAL, PAGE, FORM = "partial", "page", "form"


@dataclass(frozen=True, slots=True)
class Asked:
    title: str
    url: str
    kind: str = PAGE
    target: str = ""  # of HTMX


def main(words: list[str]) -> int:
    rounds = int(words[0])
    settings.ROOT_URLCONF = portal_urls.__name__
    application, cookie = ready_application(), _signed_in()
    everything = [Asked("empty view", portal_urls.EMPTY, ""), *asked()]
    environs = [_environ(each, cookie) for each in everything]
    rows = [_counted(each, application, environ) for each, environ in zip(everything, environs, strict=True)]
    for _ in range(rounds):
        for row, environ in zip(rows, environs, strict=True):
            began, worked = time.perf_counter(), time.thread_time()
            _call(application, environ)
            row["cpu"].append(time.thread_time() - worked)
            row["seconds"].append(time.perf_counter() - began)
    sys.stdout.write(json.dumps(rows) + "\n")
    return 0


def asked() -> Iterable[Asked]:
    first, other = Integration.objects.order_by("pk")
    run = SyncRun.objects.filter(integration=first).latest("pk")
    active = SyncRun.objects.get(integration=other)
    unmapped = Company.objects.exclude(mappings__integration=first).earliest("pk")
    mapped = CompanyMapping.objects.filter(integration=first, excluded_reason="").latest("pk").company
    counted = CompanyUser.objects.select_related("company").earliest("pk").company
    here, mapping = f"/integrations/{first.pk}", f"/companies/mapping/{first.pk}"
    return (
        Asked("Home", "/"),
        Asked("Changes", "/changes/"),
        Asked("Changes, a group", "/changes/?group=waiting"),
        Asked("Changes, searched", "/changes/?search=company+77"),
        Asked("Changes, sorted", "/changes/?sort=-money&page=3"),
        Asked("Changes, a run under way", f"/changes/?integration={other.pk}"),
        Asked("Companies", "/companies/"),
        Asked("Companies, searched", "/companies/?search=dental"),
        Asked("Companies, by contract's end", "/companies/?sort=-contract-end"),
        Asked("Companies, failing", "/companies/?state=failing&sort=status"),
        Asked("Suggestions", "/companies/suggestions/"),
        Asked("Edit a mapping", f"{mapping}/{unmapped.pk}/", FORM),
        Asked("Exclude", f"{mapping}/{mapped.pk}/exclude", FORM),
        Asked("Mappings as a file", f"{mapping}/file", FORM),
        Asked("A company", f"/company/{counted.ref}"),
        Asked("Why 14?", f"/why/{first.pk}/standard/{counted.ref}"),
        Asked("History", "/history/"),
        Asked("A run", f"/runs/{run.pk}/"),
        Asked("Billing change history", "/history/changes/"),
        Asked("Billing change history, searched", "/history/changes/?search=c09999"),
        Asked("Upload counts", "/uploads/"),
        Asked("Integrations", "/integrations/"),
        Asked("An integration", f"{here}/"),
        Asked("Team", "/team/"),
        Asked("API tokens", "/team/tokens/"),
        Asked("Audit trail", "/team/audit/"),
        Asked("Companies' table", "/companies/?state=mapped", PARTIAL, "companies-table"),
        Asked("Companies' table, searched", "/companies/?search=company+77", PARTIAL, "companies-table"),
        Asked("A row", f"{mapping}/{mapped.pk}/row", PARTIAL),
        Asked("Edit in the row", f"{mapping}/{unmapped.pk}/", PARTIAL, f"company-{unmapped.pk}"),
        Asked("Accounts as typed", f"{mapping}/{mapped.pk}/?q=dental", PARTIAL, f"choices-{mapped.pk}"),
        Asked("First write", f"{mapping}/{mapped.pk}/first", PARTIAL),
        Asked("Services as typed", f"{here}/services?product=standard&q_standard=boss", PARTIAL),
        Asked("Catalog's age", f"{here}/catalog", PARTIAL),
        Asked("Last Sync", f"{here}/state", PARTIAL),
        Asked("Progress of a run", f"/runs/{active.pk}/progress", PARTIAL),
    )


def _signed_in() -> str:
    user = User.objects.get(email=OWNER)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _environ(each: Asked, cookie: str) -> dict[str, Any]:
    path, _, query = each.url.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    if each.kind == PARTIAL:
        environ |= {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": each.target}
    return environ


def _call(application: Any, environ: dict[str, Any]) -> tuple[str, bytes]:
    said: list[str] = []
    answer = application(dict(environ), lambda status, _headers: said.append(status))
    body = b"".join(answer)
    answer.close()
    return said[0], body


def _counted(each: Asked, application: Any, environ: dict[str, Any]) -> dict[str, Any]:
    """The first call warms up templates and what is kept in memory; the second one's queries count."""
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            status, body = _call(application, environ)
    if status != "200 OK":
        raise SystemExit(f"{each.title}, {each.url}, answers {status}.")
    queries = [query["sql"] for query in seen.captured_queries if not query["sql"].startswith("PRAGMA")]
    return {
        "title": each.title,
        "kind": each.kind,
        "queries": len(queries),
        "bytes": len(body),
        "seconds": [],
        "cpu": [],
    }
