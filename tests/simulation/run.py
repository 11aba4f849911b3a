"""`python -m tests.simulation.run --seeds N [--first K]`, or `--seed n` for one history in words."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context

from tests.simulation.database import start_in_memory

SETTINGS = start_in_memory()

from tests.simulation.pinned import PINNED  # noqa: E402 - models need Django set up
from tests.simulation.sabotage import (  # noqa: E402 - models need Django set up
    CAUGHT_BY,
    SABOTAGES,
    commit_sabotage,
    sabotaged,
)
from tests.simulation.seeds import Outcome, run_seed  # noqa: E402

CHUNK = 5
# So many seeds must have reached all of this to prove anything.
TELLING = 500
MUST_REACH = (
    "canary zeroing",
    "canary adding",
    "replace zeroing",
    "replace adding",
    "price",
    "adjust",
    "ahead adjust",
    "adjusts (adjusts)",
    "appends (appends)",
    "rejects (rejects)",
    "synced",
    "scheduled",
    "outcome-unknown",
    "error:verification",
    "write-after",
    "before-answer",
    "after-intent",
    "price upon a write",
    "units upon a write",
    "own bulk job",
)
SAY_EVERY_SECONDS = 30


@dataclass(slots=True)
class Tally:
    """What all seeds together came to."""

    seeds: int = 0
    cpu_seconds: float = 0.0
    covered: Counter[tuple[str, str]] = field(default_factory=Counter)
    broken: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.seeds += 1
        self.cpu_seconds += outcome.cpu_seconds
        self.covered += outcome.covered
        if outcome.broken:
            self.broken.append(outcome)
            _say(f"seed {outcome.seed}: {_gist(outcome)}")


def main(arguments: list[str]) -> int:
    asked = _asked(arguments)
    commit_sabotage(asked.sabotage)
    if asked.sabotages:
        return _try_sabotages()
    if asked.pinned:
        return _try_pinned()
    if asked.seed is not None:
        return _tell(run_seed(asked.seed, SETTINGS, keep_history=True))
    seeds = range(asked.first, asked.first + asked.seeds)
    if asked.digests:
        outcomes = sorted(_outcomes(seeds, asked), key=lambda outcome: outcome.seed)
        _say("\n".join(f"{outcome.seed} {outcome.digest}" for outcome in outcomes))
        return 1 if any(outcome.broken for outcome in outcomes) else 0
    began = said = time.perf_counter()
    tally = Tally()
    for outcome in _outcomes(seeds, asked):
        tally.add(outcome)
        if asked.sabotage and outcome.broken:
            return _caught(asked.sabotage, tally)
        if time.perf_counter() - said > SAY_EVERY_SECONDS:
            said = time.perf_counter()
            _say(f"{tally.seeds} of {len(seeds)} seeds, {len(tally.broken)} broken")
    if asked.coverage:
        _show(tally.covered)
    missed = _missed(tally) if len(seeds) >= TELLING else []
    _sum_up(tally, seeds, time.perf_counter() - began)
    if missed:
        _say(f"never reached, so these seeds prove too little: {', '.join(missed)}")
    return 1 if tally.broken or missed or tally.seeds < len(seeds) else 0


def _missed(tally: Tally) -> list[str]:
    reached = {name for _, name in tally.covered}
    return [name for name in MUST_REACH if name not in reached]


def _try_sabotages() -> int:
    caught = 0
    for name in SABOTAGES:
        with sabotaged(name):
            outcome = run_seed(CAUGHT_BY[name], SETTINGS)
        caught += bool(outcome.broken)
        _say(f"{name} is caught: {_gist(outcome)}" if outcome.broken else f"{name} is not caught")
    return 0 if caught == len(CAUGHT_BY) else 1


def _try_pinned() -> int:
    broken = [outcome for outcome in map(_run, PINNED) if outcome.broken]
    for outcome in broken:
        _say(f"seed {outcome.seed} broke again: {_gist(outcome)}\nit was: {PINNED[outcome.seed]}")
    _say(f"{len(PINNED)} pinned seeds: {len(broken)} broken")
    return 1 if broken else 0


def _caught(sabotage: str, tally: Tally) -> int:
    _say(f"{sabotage} is caught after {tally.seeds} seeds")
    return 1


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Deterministic simulation: one seed is one exact history.")
    parser.add_argument("--seeds", type=int, default=500, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first one")
    parser.add_argument("--seed", type=int, help="only this one, told in words")
    parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, 8))
    parser.add_argument("--coverage", action="store_true", help="print how often each thing was reached")
    parser.add_argument("--sabotage", choices=sorted(SABOTAGES), default="", help="with this bug put in")
    parser.add_argument("--sabotages", action="store_true", help="each such bug with the seed that tells it")
    parser.add_argument("--pinned", action="store_true", help="the histories that once broke")
    parser.add_argument("--digests", action="store_true", help="print each seed's hash and nothing else")
    return parser.parse_args(arguments)


def _outcomes(seeds: range, asked: argparse.Namespace) -> Iterator[Outcome]:
    if asked.processes == 1:
        yield from map(_run, seeds)
        return
    with get_context("spawn").Pool(asked.processes, commit_sabotage, [asked.sabotage]) as pool:
        yield from pool.imap_unordered(_run, seeds, chunksize=CHUNK)


def _run(seed: int) -> Outcome:
    return run_seed(seed, SETTINGS)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _gist(outcome: Outcome) -> str:
    return outcome.broken.splitlines()[-1][:300]


def _tell(outcome: Outcome) -> int:
    _say("\n".join(outcome.history))
    _say(f"seed {outcome.seed}, hash {outcome.digest}")
    if outcome.broken:
        _say(f"BROKEN: {outcome.broken}\nreplay: make simulate SEED={outcome.seed}")
    return 1 if outcome.broken else 0


def _sum_up(tally: Tally, seeds: range, seconds: float) -> None:
    broken = sorted(tally.broken, key=lambda outcome: outcome.seed)
    if broken:
        _tell(broken[0])
    each = tally.cpu_seconds / max(tally.seeds, 1)
    _say(
        f"{tally.seeds} seeds, {seeds.start} to {seeds.stop - 1}, in {seconds:.0f} s, "
        f"{each:.2f} CPU seconds each: {len(broken)} broken"
    )
    for outcome in broken:
        _say(f"  seed {outcome.seed}: {_gist(outcome)}")


def _show(covered: Counter[tuple[str, str]]) -> None:
    """How often each thing was reached: seeds that reach nothing prove nothing."""
    for kind in sorted({kind for kind, _ in covered}):
        _say(kind)
        for (_, name), count in sorted(
            ((k, v) for k, v in covered.items() if k[0] == kind), key=lambda row: -row[1]
        ):
            _say(f"  {count:>8}  {name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
