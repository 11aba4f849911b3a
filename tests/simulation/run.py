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

from tests.simulation.seeds import Outcome, run_seed  # noqa: E402 - models need Django set up

CHUNK = 5
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
    if asked.seed is not None:
        return _tell(run_seed(asked.seed, SETTINGS, keep_history=True))
    seeds = range(asked.first, asked.first + asked.seeds)
    if asked.digests:
        outcomes = sorted(_outcomes(seeds, asked.processes), key=lambda outcome: outcome.seed)
        _say("\n".join(f"{outcome.seed} {outcome.digest}" for outcome in outcomes))
        return 1 if any(outcome.broken for outcome in outcomes) else 0
    began = said = time.perf_counter()
    tally = Tally()
    for outcome in _outcomes(seeds, asked.processes):
        tally.add(outcome)
        if time.perf_counter() - said > SAY_EVERY_SECONDS:
            said = time.perf_counter()
            _say(f"{tally.seeds} of {len(seeds)} seeds, {len(tally.broken)} broken")
    if asked.coverage:
        _show(tally.covered)
    _sum_up(tally, seeds, time.perf_counter() - began)
    return 1 if tally.broken or tally.seeds < len(seeds) else 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Deterministic simulation: one seed is one exact history.")
    parser.add_argument("--seeds", type=int, default=500, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first one")
    parser.add_argument("--seed", type=int, help="only this one, told in words")
    parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, 8))
    parser.add_argument("--coverage", action="store_true", help="print how often each thing was reached")
    parser.add_argument("--digests", action="store_true", help="print each seed's hash and nothing else")
    return parser.parse_args(arguments)


def _outcomes(seeds: range, processes: int) -> Iterator[Outcome]:
    if processes == 1:
        yield from map(_run, seeds)
        return
    with get_context("spawn").Pool(processes) as pool:
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
