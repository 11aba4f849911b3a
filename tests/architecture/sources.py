"""The product's own files, for tests that judge their shape."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SRC = ROOT / "src"


def python_files(*folders: Path) -> list[Path]:
    """Without migrations, which Django writes."""
    found = (file for folder in folders or (SRC,) for file in folder.rglob("*.py"))
    return sorted(file for file in found if "migrations" not in file.parts)


def lines_of(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Name and number of lines of each function."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
