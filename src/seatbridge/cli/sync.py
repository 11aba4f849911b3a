"""`sync ID`"""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Annotated

import typer

from seatbridge.cli.actor import actor
from seatbridge.cli.connecting import connected
from seatbridge.cli.failing import CommandRefused
from seatbridge.cli.finding import find_integration
from seatbridge.cli.interrupting import interruptible_sleep
from seatbridge.cli.options import AsJson, IntegrationId
from seatbridge.cli.printing import ERR
from seatbridge.cli.run_report import report_run
from seatbridge.config.start import current
from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import Integration
from seatbridge.sync.leases import beating
from seatbridge.sync.models import SyncRun
from seatbridge.sync.pausing import LONGEST_WAIT
from seatbridge.sync.shown.progress import pause_words
from seatbridge.sync.starting import Asked, RunHeld
from seatbridge.sync.syncing import Surroundings, sync, sync_requested
from seatbridge.usage.models import Company
from seatbridge.usage.products import PRODUCTS

STEPS = {
    "before-reading": "Reading BMS",
    "before-plan": "Planning",
    "before-intent": "Writing",
    "before-job": "Waiting for a price update in BMS",
    "waiting": "Waiting until what BMS shows can be believed",
    "before-finish": "Finishing",
}
Everything = Annotated[bool, typer.Option("--all", help="List every line, also those that need nobody.")]
ApproveLines = Annotated[
    list[str] | None,
    typer.Option("--approve-line", metavar="COMPANY/PRODUCT", help="Release a held line by its name."),
]


def sync_now(
    number: IntegrationId,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan, and write nothing.")] = False,
    approve: Annotated[
        bool,
        typer.Option("--approve", help="Release the first run, first writes and unknown units; write now."),
    ] = False,
    approve_line: ApproveLines = None,
    company: Annotated[
        list[str] | None, typer.Option("--company", metavar="REF", help="Only this company.")
    ] = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> int:
    """Bring the units on contract lines to the counts."""
    if dry_run and (approve or approve_line):
        raise CommandRefused(
            "A dry run writes nothing, so there is nothing to approve.", fix="Leave one out."
        )
    integration = find_integration(number)
    asked = Asked(
        actor=actor(),
        dry_run=dry_run,
        approve=approve,
        approve_lines=lines_by_name(integration, approve_line or []),
        companies=_companies(integration, company or []),
    )
    return report_run(carry(integration, asked), as_json=as_json, everything=everything)


def carry(integration: Integration, asked: Asked) -> SyncRun:
    """Run one sync to its end, saying on stderr what it is at."""
    with ERR.status("Starting") as status, interruptible_sleep() as sleep:

        def show(step: str) -> None:
            if step in STEPS:
                status.update(STEPS[step])
            if step == "waiting":
                ERR.print("Waiting until what BMS shows can be believed, then reading once more.")

        settings = current()
        own = replace(clock(), sleep=sleep)
        with beating(settings.home) as heart:
            around = Surroundings(
                clock=own,
                open_bms=partial(connected, by=own),
                lock_folder=settings.home,
                settle=timedelta(seconds=settings.settle_seconds),
                at=show,
                heart=heart,
                longest_wait=LONGEST_WAIT,
            )
            run = sync(integration, asked, around)
            while run.state == SyncRun.State.PAUSED and run.resume_at is not None:
                status.update(f"{pause_words(run)}. Ctrl-C leaves it to the engine, or to the next sync")
                ERR.print(f"{pause_words(run)}.")
                around.clock.sleep(max((run.resume_at - around.clock.now()).total_seconds(), 0))
                run = _go_on(run, around)
            return run


def _go_on(run: SyncRun, around: Surroundings) -> SyncRun:
    """Nothing is held during a pause, so the engine may have been quicker."""
    try:
        carried = sync_requested(run.pk, around)
    except RunHeld:
        ERR.print(f"Another process goes on with run {run.pk}.")
        return run
    return carried or SyncRun.objects.get(pk=run.pk)


def lines_by_name(integration: Integration, words: list[str]) -> list[tuple[str, str]]:
    """COMPANY/PRODUCT; a company's ref may hold a slash itself."""
    pairs = [(ref, product) for ref, _, product in (word.rpartition("/") for word in words)]
    for word, (ref, product) in zip(words, pairs, strict=True):
        if not ref or product not in PRODUCTS:
            raise CommandRefused(
                f"{word} is not COMPANY/PRODUCT.", fix=f"Products are {', '.join(PRODUCTS)}."
            )
    _companies(integration, [ref for ref, _ in pairs])
    return pairs


def _companies(integration: Integration, refs: list[str]) -> list[str]:
    known = set(
        Company.objects.filter(partner=integration.partner_id, ref__in=refs).values_list("ref", flat=True)
    )
    unknown = [ref for ref in refs if ref not in known]
    if unknown:
        raise CommandRefused(
            f"{integration.partner.name} has no company {', '.join(unknown)}.",
            fix="Write the company's ref, as in the companies file.",
        )
    return refs
