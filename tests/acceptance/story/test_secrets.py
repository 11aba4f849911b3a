"""A planted password, in every spelling, is looked for wherever anything of it could end up."""

import base64
import gc
import html
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from urllib.parse import quote, quote_plus, urlencode

import httpx
import pytest
from django.db import connection, connections
from rich.console import Console
from rich.traceback import Traceback

from seatbridge.integrations.adding import ConnectionForm
from seatbridge.integrations.authenticating import authenticate
from seatbridge.integrations.credentials import credentials
from seatbridge.integrations.opening import open_bms_for
from seatbridge.kit.clock import Clock
from seatbridge.kit.secret import Secret
from seatbridge.ledger.exporting import export
from seatbridge.psa.kaseya_bms.client import open_bms
from tests.in_process import transport_to
from tests.support import story
from tests.support.bms_process import running_bms
from tests.support.story import ALICE, Story
from tests.support.story_world import COMPANY_NAME, USERNAME, Client, world_of
from tests.with_django import SETTINGS

PLANTED = "Gr\u00fcn %7e+p@ss\"w'ord\\<&=?/#;"
USERS = [{"username": USERNAME, "password": PLANTED, "kind": "api"}]
CHANGED = [{"username": USERNAME, "password": "another one", "kind": "api"}]
CAST = [Client("northwind", {"standard": 20}), Client("contoso", {"standard": 500})]


def spellings() -> list[str]:
    raw = PLANTED.encode()
    pair = f"{USERNAME}:{PLANTED}".encode()
    return [
        PLANTED,
        quote(PLANTED),
        quote(PLANTED, safe=""),
        quote_plus(PLANTED),
        base64.b64encode(raw).decode(),
        base64.urlsafe_b64encode(raw).decode(),
        base64.b64encode(pair).decode(),
        raw.hex(),
        html.escape(PLANTED),
        json.dumps(PLANTED)[1:-1],
        json.dumps(PLANTED, ensure_ascii=False)[1:-1],
        repr(PLANTED)[1:-1],
        repr(raw)[2:-1],
    ]


def assert_clean(text: str) -> None:
    found = [spelling for spelling in spellings() if spelling in text]
    assert found == [], text[max(0, text.index(found[0]) - 300) :][:600] if found else ""


@pytest.fixture
def planted(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Settled in each test, whose log is read from the beginning."""
    monkeypatch.setattr(story, "PASSWORD", PLANTED)
    return story.settled(CAST, settings=SETTINGS, folder=tmp_path, users=USERS)


def test_the_spellings_are_found_where_they_are() -> None:
    for spelling in spellings():
        with pytest.raises(AssertionError):
            assert_clean(f"before {spelling} after")


class TestTracebacks:
    """Anything may break while a sign-in is under way, and a tool may print every frame's variables."""

    def transports(self, planted: Story) -> Iterator[tuple[str, Callable[[httpx.Request], httpx.Response]]]:
        real = transport_to(planted.bms)

        def raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
            def answer(_request: httpx.Request) -> httpx.Response:
                raise error

            return answer

        def answering(status: int, text: str) -> Callable[[httpx.Request], httpx.Response]:
            return lambda request: httpx.Response(status, text=text, request=request)

        form = urlencode({"Password": PLANTED})
        refusal = {"Success": False, "Error": {"Code": 1, "Message": f"Wrong: {PLANTED} in {form}"}}
        yield "a defect", raising(RuntimeError("something that nobody thought of"))
        yield "no memory", raising(MemoryError())
        yield "a timeout", raising(httpx.ReadTimeout("too slow"))
        yield "no connection", raising(httpx.ConnectError("refused"))
        yield "a cut", raising(httpx.RemoteProtocolError("cut"))
        yield "an odd address", raising(httpx.InvalidURL("odd"))
        yield "html", answering(200, f"<html>{html.escape(PLANTED)}</html>")
        yield "a server error that repeats the form", answering(500, form)
        yield "a refusal that repeats the password", answering(200, json.dumps(refusal))
        yield "no token", answering(200, json.dumps({"Success": True, "Result": {"User": USERNAME}}))
        yield "a result of another shape", answering(200, json.dumps({"Success": True, "Result": [USERNAME]}))
        yield "the real thing", real.handler  # type: ignore[misc]

    def test_no_frame_holds_it(self, planted: Story) -> None:
        for name, answer in self.transports(planted):
            signing = credentials(planted.integration, SETTINGS.seal)
            with open_bms(
                signing, "https://bms", planted.time.clock(), transport=httpx.MockTransport(answer)
            ) as bms:
                printed = printed_with_locals(bms.accounts)
            assert (printed == "") == (name == "the real thing")
            assert_clean(printed)

    @pytest.mark.parametrize("hook", ["before_sign_in", "on_sign_in", "on_call"])
    @pytest.mark.parametrize("users", [USERS, CHANGED])
    def test_no_frame_holds_it_when_our_own_bookkeeping_breaks(
        self, planted: Story, hook: str, users: list[dict[str, str]]
    ) -> None:
        planted.bms.load(type(planted.bms.world).from_json(planted.bms.world.to_json() | {"users": users}))

        def breaks(*_: object) -> None:
            raise RuntimeError("the database is gone")

        with open_bms_for(
            planted.integration, SETTINGS, planted.time.clock(), transport=transport_to(planted.bms)
        ) as bms:
            setattr(bms, hook, breaks)
            printed = printed_with_locals(bms.accounts)
        assert "the database is gone" in printed
        assert_clean(printed)

    def test_no_frame_of_a_whole_sync_holds_it(self, planted: Story) -> None:
        def breaks(step: str) -> None:
            if step == "after-intent":
                raise RuntimeError("a defect of ours")

        planted.count("northwind", standard=21)
        around = planted.around()
        broken = type(around)(around.clock, around.open_bms, around.lock_folder, at=breaks)
        printed = printed_with_locals(lambda: planted.sync(around=broken))
        assert "a defect of ours" in printed
        assert_clean(printed)


def printed_with_locals(call: Callable[[], object]) -> str:
    """What the plain and the rich tool would print of the error; empty where there is none."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it is, it may be printed
        plain = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        paper = StringIO()
        rich = Traceback.from_exception(
            type(error),
            error,
            error.__traceback__,
            show_locals=True,
            locals_max_length=None,
            locals_max_string=None,
            extra_lines=0,
        )
        Console(file=paper, width=1000).print(rich)
        return plain + paper.getvalue()
    return ""


def test_no_log_holds_it_however_much_is_logged(
    planted: Story, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "django.db.backends", "seatbridge"):
        caplog.set_level(logging.DEBUG, name)
    monkeypatch.setattr(connections["default"], "force_debug_cursor", True)
    with running_bms() as bms:
        signing = credentials(planted.integration, SETTINGS.seal)
        for users in (USERS, CHANGED):
            bms.load(world_of(CAST, planted.bms.world.today, users=users))
            with open_bms(signing, bms.url, Clock()) as client:
                refused = printed_with_locals(client.accounts)
            assert bool(refused) == (users is CHANGED)
            assert_clean(refused)
    planted.sync()
    loggers = {record.name.partition(".")[0] for record in caplog.records}
    assert {"httpx", "httpcore", "django"} <= loggers
    assert_clean("\n".join(logging.Formatter().format(record) for record in caplog.records))


def test_no_answer_export_or_row_holds_it(planted: Story) -> None:
    told: list[object] = [authenticated(planted)]
    planted.bms.load(type(planted.bms.world).from_json(planted.bms.world.to_json() | {"users": CHANGED}))
    told += [authenticated(planted), planted.sync().shown]
    told += export(planted.integration.partner_id)
    assert "refused" in str(told)
    assert_clean(repr(told) + json.dumps(told, default=str) + str(list(every_value())))


def authenticated(story: Story) -> object:
    return authenticate(
        story.integration,
        story.settings,
        story.time.clock(),
        actor=ALICE,
        transport=transport_to(story.bms),
    )


def every_value() -> Iterator[object]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
            yield table, cursor.fetchall()


def test_no_object_shows_it_while_a_session_is_open(planted: Story) -> None:
    form = ConnectionForm("bms.kaseya.com", COMPANY_NAME, USERNAME, Secret(PLANTED))
    with planted.open_bms(planted.integration) as bms:
        bms.accounts()
        alive = [form, planted.around(), SETTINGS, *ours_alive()]
        shown = "\n".join(f"{thing!r} {thing!s} {thing}" for thing in alive)
    assert "***" in shown
    assert_clean(shown)


def ours_alive() -> list[object]:
    homes = ("seatbridge.", "httpx", "httpcore")
    return [thing for thing in gc.get_objects() if str(type(thing).__module__).startswith(homes)]


@pytest.mark.django_db(transaction=True)
def test_no_page_of_the_database_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that are really committed, and the pages on the disk while the database is still open."""
    monkeypatch.setattr(story, "PASSWORD", PLANTED)
    told = story.settled(CAST, settings=SETTINGS, folder=tmp_path, users=USERS)
    told.count("northwind", standard=21)
    told.sync()
    told.bms.load(type(told.bms.world).from_json(told.bms.world.to_json() | {"users": CHANGED}))
    told.sync()
    pages = b"".join(raw_pages())
    assert told.integration.sealed_password.encode() in pages
    for spelling in spellings():
        for encoding in ("utf-8", "utf-16-le"):
            assert spelling.encode(encoding) not in pages


def raw_pages() -> Iterator[bytes]:
    if connections["default"].vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        for file in sorted(name.parent.glob(f"{name.name}*")):
            yield file.read_bytes()
    else:
        yield str(list(every_value())).encode()
