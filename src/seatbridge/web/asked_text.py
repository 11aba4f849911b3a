"""Words that an address asks for: shown again, and looked for in a database that cannot hold every sign."""

from collections.abc import Mapping
from typing import Any

LONGEST = 200


def asked_text(asked: Mapping[str, Any], name: str) -> str:
    """Without signs that nobody can see: they find nothing, and may turn what is read."""
    text = str(asked.get(name) or "")[: 5 * LONGEST]
    return "".join(sign for sign in text if sign.isprintable()).strip()[:LONGEST]
