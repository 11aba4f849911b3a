"""Why a dark page is looked at with the rules about colors alone, after all of them in the light."""

import re
from pathlib import Path

WEB = Path(__file__).parents[2] / "src/seatbridge/web"
SHEETS = sorted(WEB.rglob("*.css"))
SAID = re.compile(r"prefers-color-scheme|data-theme|color-scheme:\s*dark")
DARK = re.compile(r':root\[data-theme="(?:dark|system)"\]\s*\{([^}]*)\}')
COLOR = re.compile(r"--[a-z-]+: #[0-9a-f]{6}|color-scheme: dark")


def test_the_dark_sets_nothing_but_colors() -> None:
    blocks = [block for sheet in SHEETS for block in DARK.findall(sheet.read_text(encoding="utf-8"))]
    told = [told.strip() for block in blocks for told in block.split(";") if told.strip()]
    assert len(blocks) == 2  # chosen, and as the system has it
    assert [each for each in told if not COLOR.fullmatch(each)] == []


def test_nothing_else_asks_whether_it_is_dark() -> None:
    for sheet in SHEETS:
        rest = DARK.sub("", sheet.read_text(encoding="utf-8"))
        allowed = ["prefers-color-scheme"] if sheet.name == "tokens.css" else []
        assert SAID.findall(rest) == allowed, sheet
    others = [path for path in WEB.rglob("*") if path.suffix in {".js", ".html"}]
    saying = [path.name for path in others if SAID.search(path.read_text(encoding="utf-8"))]
    assert saying == ["base.html"]  # which names the theme that was chosen
