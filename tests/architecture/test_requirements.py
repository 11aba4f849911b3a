"""What is tested is what is installed."""

from pathlib import Path

REQUIREMENTS = Path(__file__).parents[2] / "requirements"


def pins(name: str) -> set[str]:
    lines = (REQUIREMENTS / name).read_text().splitlines()
    return {
        line.removesuffix("\\").strip() for line in lines if "==" in line and not line.startswith((" ", "#"))
    }


def test_every_version_that_a_portal_runs_on_is_the_one_that_the_tests_run_on() -> None:
    assert len(pins("runtime.txt")) > 20
    assert pins("runtime.txt") - pins("dev.txt") == set()


def test_the_pins_name_no_registry() -> None:
    for name in ("runtime.txt", "dev.txt"):
        text = (REQUIREMENTS / name).read_text()
        assert "index-url" not in text.replace("--no-emit-index-url", "")
        assert "://" not in text
