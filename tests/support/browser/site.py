"""One served portal with a partner in each state: full (the demo's world), empty, and failing.

Their past is played once, and copied by each site that shows it.
"""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from seatbridge.cli.demo import cast as demo
from seatbridge.cli.demo.past import approve_first_run, open_play, pass_time
from seatbridge.cli.demo.stage import Stage
from seatbridge.cli.demo.today import run_today
from tests.support import worlds
from tests.support.bms_process import BmsProcess, running_bms
from tests.support.commands import CommandServer, Seatbridge
from tests.support.portal import portal

PASSWORD = "correct horse battery staple"
FULL, EMPTY, FAILING = demo.PARTNER, "Contoso", "Fabrikam IT"
OWNERS = {
    FULL: "alice@northgate.example",
    EMPTY: "carol@contoso.example",
    FAILING: "fred@fabrikam.example",
}
VIEWER = "bob@northgate.example"
FAILING_HOST, DOWN_HOST = "bms.fabrikam.test", "bms.down.test"
REFUSED_WRITE = {
    "endpoint": "POST /v2/finance/contracts/recurringservices/{contractId}/services",
    "fault": "500",
    "times": 100,
}
WALKED = (
    "mouse",
    "keys",
    "plain",
    "rows",
    "calendar",
)  # a run that one walk leaves behind must not reach another's BMS


@dataclass(frozen=True, slots=True)
class Site:
    """`bms`: of each walk its own. `failing`: the numbers of the failing partner's integrations."""

    address: str
    seatbridge: Seatbridge
    bms: dict[str, BmsProcess]
    folder: Path
    failing: tuple[int, ...] = ()

    def put(self, name: str, text: str) -> Path:
        return worlds.put_file(self.folder, name, text)

    def add_partner(self, name: str, owner: str) -> None:
        self.seatbridge.ok("partner", "add", name, "--timezone", demo.ZONE)
        add_person(self.seatbridge, owner, name, "owner")

    def import_counts(self, partner: str, counts: str, companies: str = worlds.COMPANIES) -> None:
        words = ("--partner", partner)
        file = self.put("companies.csv", companies)
        self.seatbridge.ok("import", "companies", file, *words, "--complete")
        self.seatbridge.ok("import", "counts", self.put("counts.csv", counts), *words)


def walk_host(name: str) -> str:
    return f"bms.{name}.test"


@dataclass(frozen=True, slots=True)
class Past:
    """What `play` leaves in a folder: the data folder, and beside it what stands in each BMS."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def notes(self) -> Path:
        return self.folder / "past.json"

    def copy_to(self, site: Site) -> Site:
        """Nobody has called its BMS yet: only their worlds are the same."""
        noted = json.loads(self.notes.read_text(encoding="utf-8"))
        shutil.copytree(self.home, site.seatbridge.home)
        for name, world in noted["worlds"].items():
            site.bms[name].load(world)
        return replace(site, failing=tuple(noted["failing"]))


def play(folder: Path, commands: CommandServer) -> Past:
    """Into an empty folder."""
    past = Past(folder)
    with _bms_of_full_site() as bms:
        site = _unserved(folder, commands, bms)
        shutil.copytree(commands.migrated, site.seatbridge.home)
        _play_demo(site.seatbridge, bms[FULL], folder)
        site.add_partner(EMPTY, OWNERS[EMPTY])
        failing = _fail(site)
        worlds_now = {name: each.ask("GET", "world") for name, each in bms.items()}
    noted = json.dumps({"failing": failing, "worlds": worlds_now})
    past.notes.write_text(noted, encoding="utf-8")
    return past


@contextmanager
def serve_full(folder: Path, commands: CommandServer, past: Past) -> Iterator[Site]:
    """A copy of the past, to be looked at or changed."""
    with _bms_of_full_site() as bms:
        site = past.copy_to(_unserved(folder, commands, bms))
        with portal(site.seatbridge) as address:
            yield replace(site, address=address)


@contextmanager
def serve_walks(folder: Path, commands: CommandServer) -> Iterator[Site]:
    """Without partners: a walk adds its own."""
    with ExitStack() as held:
        site = _unserved(folder, commands, {name: held.enter_context(running_bms()) for name in WALKED})
        shutil.copytree(commands.migrated, site.seatbridge.home)
        address = held.enter_context(portal(site.seatbridge))
        yield replace(site, address=address)


@contextmanager
def _bms_of_full_site() -> Iterator[dict[str, BmsProcess]]:
    with running_bms("--companies", "0") as full, running_bms() as failing:
        yield {FULL: full, FAILING: failing}


def _unserved(folder: Path, commands: CommandServer, bms: dict[str, BmsProcess]) -> Site:
    return Site("", Seatbridge(folder / "home", _environment(bms), commands), bms, folder)


def add_person(seatbridge: Seatbridge, email: str, partner: str, role: str) -> None:
    words = ("--partner", partner, "--role", role, "--password-stdin")
    seatbridge.ok("user", "add", email, *words, typed=f"{PASSWORD}\n")


def _environment(bms: dict[str, BmsProcess]) -> dict[str, str]:
    named = {FULL: demo.HOST, FAILING: FAILING_HOST}
    hosts = {DOWN_HOST: "http://127.0.0.1:9"}
    hosts |= {named.get(name) or walk_host(name): each.url for name, each in bms.items()}
    return {
        "SEATBRIDGE_PSA_HOSTS": ",".join(f"{host}={url}" for host, url in hosts.items()),
        "SEATBRIDGE_DATE_OFFSET_DAYS": str(_offset(demo.TODAY)),
        "SEATBRIDGE_SETTLE_SECONDS": "1",
    }


def _offset(on: date) -> int:
    """As the demo counts it: from today in the partner's zone."""
    return (on - datetime.now(ZoneInfo(demo.ZONE)).date()).days


@dataclass(frozen=True, slots=True)
class QuickStage(Stage):
    """The demo's stage, but a command is a fork of a process that has everything loaded."""

    commands: Seatbridge = field(kw_only=True)

    def seatbridge(
        self,
        *words: str,
        on: date,
        typed: str = "",
        ends: tuple[int, ...] = (0,),
        aloud: bool = True,  # noqa: ARG002 - the demo's word; nothing is printed here
    ) -> Any:
        done = self.commands(*words, "--json", typed=typed, SEATBRIDGE_DATE_OFFSET_DAYS=str(_offset(on)))
        assert done.code in ends, f"{words} ended with {done.code}:\n{done.out}{done.err}"
        return done.document


def _play_demo(seatbridge: Seatbridge, bms: BmsProcess, folder: Path) -> None:
    """What `make demo` shows, up to its portal."""
    stage = QuickStage(folder, bms.url, bms.control, Console(file=io.StringIO()), commands=seatbridge)
    play = open_play(stage, demo.cast("adjusts"), "adjusts", more=False)
    approve_first_run(play)
    pass_time(play)
    run_today(play)
    add_person(seatbridge, OWNERS[FULL], FULL, "owner")
    add_person(seatbridge, VIEWER, FULL, "viewer")


def _fail(site: Site) -> tuple[int, ...]:
    """One line that BMS refuses, then a password that it refuses, and a second BMS that is down."""
    bms = site.bms[FAILING]
    bms.load(worlds.world())
    site.add_partner(FAILING, OWNERS[FAILING])
    site.import_counts(FAILING, worlds.COUNTS)
    command = site.seatbridge
    first = connect(site, FAILING, FAILING_HOST)
    set_up(site, first)
    bms.ask("POST", "faults", REFUSED_WRITE)
    command("sync", first, "--approve")
    bms.ask("DELETE", "faults")
    command("integration", "password", first, "--password-stdin", typed="expired-long-ago\n")
    command("sync", first)
    second = connect(site, FAILING, DOWN_HOST, company="Fabrikam IT West")
    command("integration", "authenticate", second)
    command("integration", "enable", second)
    command("sync", second)
    return (first, second)


def connect(site: Site, partner: str, host: str, company: str = worlds.COMPANY_NAME) -> int:
    words = ("--partner", partner, "--hostname", host, "--username", worlds.USERNAME)
    added = site.seatbridge.ok(
        "integration", "add", *words, "--company-name", company, "--password-stdin",
        typed=f"{worlds.PASSWORD}\n",
    )  # fmt: skip
    return int(added["id"])


def set_up(site: Site, integration: int) -> None:
    """Signed in, switched on and mapped, with the units that stand there; nothing synced yet."""
    map_all(site, integration)
    site.seatbridge.ok("units", "set", integration, site.put("units.csv", worlds.UNITS))


def map_all(site: Site, integration: int) -> None:
    command = site.seatbridge
    command.ok("integration", "authenticate", integration)
    command.ok("integration", "enable", integration)
    command.ok("map", "products", integration, site.put("products.csv", worlds.PRODUCT_MAPPINGS))
    command.ok("map", "companies", integration, site.put("mappings.csv", worlds.COMPANY_MAPPINGS))
