"""`seatbridge demo`: the main job, end to end, on a pretend BMS that behaves as asked."""

from enum import StrEnum
from typing import Annotated

import typer

from seatbridge.cli.demo.cast import TODAY, Client, cast
from seatbridge.cli.demo.checking import mismatches
from seatbridge.cli.demo.more import awkward, quiet
from seatbridge.cli.demo.past import Play, approve_first_run, open_play, pass_time
from seatbridge.cli.demo.portal import address_to_keep, keep_portal_up
from seatbridge.cli.demo.scenes import refused_sign_in, shifted_feed
from seatbridge.cli.demo.stage import DemoFailed, stage
from seatbridge.cli.demo.today import run_again, run_today
from seatbridge.cli.printing import OUT
from seatbridge.cli.run_table import print_run_table
from seatbridge.sync.shown.shown_lines import read_lines


class Behaviour(StrEnum):
    ADJUSTS = "adjusts"
    APPENDS = "appends"
    REJECTS = "rejects"


def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the table.")] = False,
    more: Annotated[
        bool, typer.Option("--more", help="Awkward contracts, a bad feed, a refused sign-in.")
    ] = False,
    companies: Annotated[int, typer.Option(metavar="N", min=0, max=500, help="Further quiet companies.")] = 0,
    bms_behaviour: Annotated[
        Behaviour, typer.Option(help="What BMS does with a second posting of a service.")
    ] = Behaviour.ADJUSTS,
) -> int:
    """Show the main job on a sample partner and a pretend BMS, then keep the portal up to look at it.

    It listens where SEATBRIDGE_BIND says, else on a free port. Exit 0 only if every contract is right.
    """
    clients = cast(bms_behaviour) + (awkward() if more else []) + quiet(companies)
    bind = "" if once else address_to_keep()
    try:
        with stage(bms_behaviour, OUT) as at:
            OUT.rule("October: set up, preview, approve", align="left")
            play = open_play(at, clients, bms_behaviour, more=more)
            approve_first_run(play)
            pass_time(play)
            OUT.rule(f"Today: {TODAY:%A %d %B %Y}", align="left")
            right = _play_today(play, clients)
            if more:
                shifted_feed(play)
                refused_sign_in(play)
            if bind:
                keep_portal_up(at, bind)
    except DemoFailed as failed:
        OUT.print(str(failed))
        return 1
    return 0 if right else 1


def _play_today(play: Play, clients: list[Client]) -> bool:
    run = run_today(play)
    OUT.print()
    print_run_table(read_lines(run["lines"]), everything=True, waits=run["waits"])
    again = run_again(play)
    wrong = mismatches(play.stage, clients, run)
    for line in wrong:
        OUT.print(f"WRONG: {line}")
    if again:
        OUT.print(f"WRONG: a second sync made {again} writing calls")
    ledger = play.stage.seatbridge("ledger", "verify", on=TODAY, aloud=False)
    contracts = sum(len(client.deals) for client in clients)
    if not wrong and not again:
        OUT.print(
            f"\nEach of the {contracts} contracts holds exactly what its row says; "
            f"a second sync wrote nothing; the ledger is whole ({ledger[0]['entries']} entries)."
        )
    return not wrong and not again
