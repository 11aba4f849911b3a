"""`python -m tests.simulation.run --seeds N [--start K]`, or `--seed n` for one history in words."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.simulation.database import start_in_memory

SETTINGS = start_in_memory()

from tests.simulation.seeds import Outcome, run_seed  # noqa: E402 - models need Django set up

CHUNK = 20


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Deterministic simulation: one seed is one exact history.")
    parser.add_argument("--seeds", type=int, default=500, help="how many")
    parser.add_argument("--start", type=int, default=0, help="the first one")
    parser.add_argument("--seed", type=int, help="only this one, told in words")
    parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, 8))
    parser.add_argument("--digests", action="store_true", help="print each seed's hash and nothing else")
    asked = parser.parse_args(arguments)
    if asked.seed is not None:
        return _tell(run_seed(asked.seed, SETTINGS, keep_history=True))
    seeds = range(asked.start, asked.start + asked.seeds)
    began = time.perf_counter()
    covered: Counter[tuple[str, str]] = Counter()
    broken: list[Outcome] = []
    for outcome in _outcomes(seeds, asked.processes):
        covered += outcome.covered
        if asked.digests:
            _say(f"{outcome.seed} {outcome.digest}")
        if outcome.broken:
            broken.append(outcome)
            _say(f"seed {outcome.seed}: {outcome.broken.splitlines()[-1]}")
    if asked.digests:
        return 1 if broken else 0
    _show(covered)
    seconds = time.perf_counter() - began
    if broken:
        _tell(broken[0])
    _say(f"{len(seeds)} seeds in {seconds:.1f} s, {len(seeds) / seconds:.1f} seeds/s, {len(broken)} broken")
    for outcome in broken:
        _say(f"  seed {outcome.seed}: {outcome.broken.splitlines()[-1][:200]}")
    return 1 if broken else 0


def _outcomes(seeds: range, processes: int) -> Iterator[Outcome]:
    if processes == 1:
        yield from (run_seed(seed, SETTINGS) for seed in seeds)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_run, seeds, chunksize=CHUNK)


def _run(seed: int) -> Outcome:
    return run_seed(seed, SETTINGS)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _tell(outcome: Outcome) -> int:
    _say("\n".join(outcome.history))
    _say(f"seed {outcome.seed}, hash {outcome.digest}")
    if outcome.broken:
        _say(f"BROKEN: {outcome.broken}\nreplay: make simulate SEED={outcome.seed}")
    return 1 if outcome.broken else 0


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
