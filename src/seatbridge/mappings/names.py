"""Names of companies made comparable: spelling aside, legal form aside, spaces aside. Pure."""

import re
import unicodedata
from dataclasses import dataclass

_LEGAL = frozenset(
    {
        "ab",
        "ag",
        "aps",
        "as",
        "asa",
        "bv",
        "bvba",
        "co",
        "company",
        "corp",
        "corporation",
        "dba",
        "eirl",
        "gmbh",
        "inc",
        "incorporated",
        "kg",
        "kft",
        "llc",
        "llp",
        "lp",
        "ltd",
        "limited",
        "nv",
        "ohg",
        "oy",
        "oyj",
        "pa",
        "pc",
        "plc",
        "pllc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "sas",
        "sl",
        "spa",
        "sprl",
        "srl",
        "trust",
        "ug",
    }
)
_DOTTED = re.compile(r"\b(?:\w\.){2,}")  # L.L.C. is one word
_WORDS = re.compile(r"[^\W_]+")
# Second levels under which strangers register their names: northwind.co.uk is named by its third label.
_SHARED_SECOND = frozenset(["co", "com", "org", "net", "ac", "gov", "edu"])
_OF_EVERYONE = frozenset(["gmail", "outlook", "hotmail", "yahoo", "icloud", "live", "aol", "onmicrosoft"])


@dataclass(frozen=True, slots=True)
class Name:
    """`plain`: lower-case words; `bare`: without the legal form; `solid`: that without spaces."""

    plain: str
    bare: str
    solid: str


def name_of(text: str) -> Name:
    words = words_of(text)
    bare = words[1:] if len(words) > 1 and words[0] == "the" else words
    while len(bare) > 1 and bare[-1] in _LEGAL:
        bare = bare[:-1]
    return Name(" ".join(words), " ".join(bare), "".join(bare))


def words_of(text: str) -> list[str]:
    """`Café & Söhne, L.L.C.` -> cafe and sohne llc"""
    folded = text.casefold()
    if not folded.isascii():
        apart = unicodedata.normalize("NFKD", folded)
        folded = "".join(sign for sign in apart if not unicodedata.combining(sign))
    folded = folded.replace("&", " and ").replace("'", "")
    return _WORDS.findall(_DOTTED.sub(lambda found: found.group().replace(".", "") + " ", folded))


def label_of(domain: str) -> str:
    """What a company chose of it: `mail.northwind-it.co.uk` -> northwindit. Empty where that says nothing."""
    labels = domain.casefold().strip(". ").split(".")
    if len(labels) < 2:
        return ""
    at = -3 if len(labels) > 2 and labels[-2] in _SHARED_SECOND and len(labels[-1]) == 2 else -2
    label = labels[at]
    return "" if label in _OF_EVERYONE else label.replace("-", "")
