import os
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT, SRC, python_files

PURE = ("kit", "psa", "reconcile")


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SRC)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_imports_run_downwards_only() -> None:
    done = _python("-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("folder", PURE)
def test_the_core_loads_without_django(folder: str) -> None:
    files = [file.relative_to(SRC).with_suffix("") for file in python_files(SRC / "seatbridge" / folder)]
    modules = [".".join(file.parts).removesuffix(".__init__") for file in files]
    done = _python("-c", f"import sys, {', '.join(modules)}; sys.exit('django' in sys.modules)")
    assert done.returncode == 0, done.stderr or "Django was loaded"
