"""What a run changes it changes in `fenced`, so that a process it was taken from changes nothing any more."""

import ast

from tests.architecture.sources import SRC, python_files, tree_of

SYNC = SRC / "seatbridge" / "sync"
# Modules whose rows are changed only by the process that carries the run.
CARRIED = [*python_files(SYNC / "writing"), SYNC / "run.py", SYNC / "finishing.py", SYNC / "pausing.py"]


def test_no_step_of_a_run_opens_a_transaction_of_its_own() -> None:
    wrong = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for path in [*CARRIED, SYNC / "retrying.py"]
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "atomic"
    ]
    assert wrong == []
