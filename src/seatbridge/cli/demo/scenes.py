"""`--more`: a feed whose rows slipped by one, and a sign-in that BMS refuses."""

from seatbridge.cli.demo.cast import TODAY
from seatbridge.cli.demo.past import Play, import_feed
from seatbridge.cli.demo.today import shifted


def shifted_feed(play: Play) -> None:
    """The whole run waits: not one unit is written on a feed that moved everybody."""
    stage = play.stage
    stage.console.rule("A feed whose rows slipped by one", align="left")
    import_feed(stage, shifted(list(play.clients)), past=False)
    before = len(stage.bms("GET", "writes"))
    run = stage.seatbridge("sync", play.integration, on=TODAY, ends=(1,))
    stage.console.print(f"  {run['state']}; writes: {len(stage.bms('GET', 'writes')) - before}")
    for why in run["waits"]:
        stage.console.print(f"    {why}")


def refused_sign_in(play: Play) -> None:
    """One refused sign-in, and no second one by a machine."""
    stage = play.stage
    stage.console.rule("A sign-in that BMS refuses", align="left")
    words = ("integration", "password", play.integration, "--password-stdin")
    stage.seatbridge(*words, on=TODAY, typed="not-the-password\n")
    for _ in range(2):
        run = stage.seatbridge("sync", play.integration, on=TODAY, ends=(1,))
        stage.console.print(f"  {run['state']}: {run['problem']['cause']} {run['problem']['fix']}")
    refused = stage.bms("GET", "calls")["sign_ins"]["refused"]
    stage.console.print(f"  sign-ins that BMS refused: {refused}")
