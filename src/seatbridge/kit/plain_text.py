"""Text from elsewhere, without what no database can hold, or what would turn the line that a person reads."""

_TURNS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_NO_TURNS = dict.fromkeys(map(ord, _TURNS))


def storable(text: str) -> str:
    """A null character, and half of a character, become the sign for what could not be read."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "\N{REPLACEMENT CHARACTER}")


def readable(text: str) -> str:
    """For names that are shown."""
    return text if text.isascii() and text.isprintable() else _shown(text)


def _shown(text: str) -> str:
    plain = storable(text).translate(_NO_TURNS)
    return "".join(sign if sign.isprintable() or sign == " " else " " for sign in plain)
