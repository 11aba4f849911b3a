"""Carry one seed from its first day to its last check."""

import gc
import time
import traceback
from collections import Counter
from dataclasses import dataclass

from seatbridge.config.settings import Settings
from seatbridge.integrations.methods import bms_company
from tests.simulation.actions import act, answer_questions, approved, maybe_put_back, preview
from tests.simulation.broken import Broken
from tests.simulation.clumsy import maybe_add_second_lines
from tests.simulation.database import empty_tables
from tests.simulation.end_checks import check_end, let_it_be_invoiced, note_settled, settle
from tests.simulation.episode import Episode
from tests.simulation.people import answer_what_waits, choose_at_once


@dataclass(frozen=True, slots=True)
class Outcome:
    """`broken` empty: every invariant held. `history` is only kept where asked for, or broken."""

    seed: int
    broken: str
    digest: str
    history: tuple[str, ...]
    covered: Counter[tuple[str, str]]
    cpu_seconds: float


def run_seed(seed: int, settings: Settings, *, keep_history: bool = False) -> Outcome:
    # Collecting inside a history costs a fifth of its time; between histories it costs next to nothing.
    began = time.process_time()
    gc.collect(0)
    gc.disable()
    empty_tables()
    story = Episode(seed, settings)
    broken = ""
    try:
        _tell(story)
    except Broken as found:
        broken = str(found)
    except Exception:  # noqa: BLE001 - invariant 7: whatever escapes a run is a finding, with its seed
        broken = f"invariant 7: {traceback.format_exc()}"
    _note_coverage(story)
    keep = keep_history or broken
    return Outcome(
        seed,
        broken,
        story.history.digest,
        tuple(story.history.lines) if keep else (),
        story.covered,
        time.process_time() - began,
    )


def _tell(story: Episode) -> None:
    choose_at_once(story)
    if story.chance.maybe(0.3):
        preview(story)
    if story.chance.maybe(0.9):
        approved(story)
    for _ in range(story.chance.whole(2, 6)):
        answer_questions(story, 0.5)
        act(story)
        maybe_put_back(story)
        maybe_add_second_lines(story)
    answer_questions(story, 0.8)
    settle(story)
    let_it_be_invoiced(story)
    if story.second_lines.have_begun and answer_what_waits(story):
        let_it_be_invoiced(story)
    check_end(story)


def _note_coverage(story: Episode) -> None:
    company = bms_company(story.integration)
    story.covered["verdict", f"{company.reading} ({story.drawn.bms['behaviour']})"] += 1
    story.covered["verdict ahead", f"{company.ahead} ({story.drawn.bms['ahead']})"] += 1
    for fault in story.faults:
        if fault.seen >= fault.occurrence:
            story.covered["fault", f"{fault.kind} at {fault.endpoint.split('/')[-1]}"] += 1
    for kind in story.hands.done:
        story.covered["by hand", kind] += 1
    for step in story.crashes.hit:
        story.covered["killed", step] += 1
    story.covered["checked", "claims"] += story.claims.checked
    story.covered["checked", "invoice lines"] += story.postings.lines_checked
    story.covered["checked", "vendor writes"] += len(story.seen.parts)
    note_settled(story, story.integration)
