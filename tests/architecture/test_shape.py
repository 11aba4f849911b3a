"""Calm sizes, plain names, and secrets that do not show."""

import ast
from statistics import median, quantiles

import pytest

from tests.architecture.sources import ROOT, SRC, functions, lines_of, python_files, tree_of

EVERYTHING = (SRC, ROOT / "tests", ROOT / "bench")
VAGUE = {"core", "common", "utils", "util", "helpers", "misc", "services", "managers", "handlers", "lib"}
SECRET_WORDS = ("password", "secret", "token", "totp")


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(file.relative_to(ROOT)): lines_of(file) for file in python_files(*EVERYTHING)}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_the_median_file_has_at_most_100_lines() -> None:
    assert median(lines_of(file) for file in python_files() if lines_of(file)) <= 100


def test_nine_functions_in_ten_have_at_most_30_lines() -> None:
    lengths = [lines for file in python_files() for _, lines in functions(file)]
    assert quantiles(lengths, n=10)[-1] <= 30


@pytest.mark.parametrize("package", ["seatbridge", "bms_simulator"])
def test_no_folder_or_module_has_a_name_that_says_nothing(package: str) -> None:
    parts = {
        part for file in python_files(SRC / package) for part in file.relative_to(SRC).with_suffix("").parts
    }
    assert parts & VAGUE == set()


def test_a_field_that_holds_a_secret_shows_nothing() -> None:
    """Either it is a kit.secret.Secret, or the dataclass leaves it out of its repr."""
    shown = [
        f"{file.relative_to(SRC)}: {node.name}.{field}"
        for file in python_files(SRC / "seatbridge")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ClassDef) and _is_dataclass(node)
        for field in _open_text_fields(node)
        if any(word in field for word in SECRET_WORDS)
    ]
    assert shown == []


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)


def _open_text_fields(node: ast.ClassDef) -> list[str]:
    return [
        each.target.id
        for each in node.body
        if isinstance(each, ast.AnnAssign)
        and isinstance(each.target, ast.Name)
        and ast.unparse(each.annotation) in ("str", "str | None", "bytes")
        and "repr=False" not in (ast.unparse(each.value) if each.value else "")
    ]
