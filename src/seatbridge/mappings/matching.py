"""Which account a company's name points to. Pure: names in, the best match out.

A company is compared with the accounts that share a rare word or the beginning of the name, never with all:
10,000 companies and 10,000 accounts take seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from seatbridge.mappings.names import Name, label_of, name_of

SAME, BUT_FOR_FORM, FORMER, BUT_FOR_SPACES, DOMAIN = 100, 98, 97, 96, 93
MOST_ALIKE = 90  # a likeness of letters alone never says more
LEAST_ALIKE = 78
_MOST_CANDIDATES = 150
_PREFIX = 5


@dataclass(frozen=True, slots=True)
class Named:
    """An account to choose from."""

    id: int
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Match:
    """`score` 0 to 100; `alone` False: another account fits as well."""

    account: Named
    score: int
    reason: str
    alone: bool = True


class Accounts:
    """The accounts, indexed once per refresh of the catalog."""

    def __init__(self, accounts: Iterable[Named]) -> None:
        # Active ones first: of two equal matches the first is taken.
        self._all: Sequence[Named] = sorted(
            accounts, key=lambda each: (not each.is_active, each.name, each.id)
        )
        names = [name_of(each.name) for each in self._all]
        self._bare = [name.bare for name in names]
        self._plain = _grouped(name.plain for name in names)
        self._by_bare = _grouped(self._bare)
        self._solid = _grouped(name.solid for name in names)
        self._blocks: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(names):
            for block in _blocks(name):
                self._blocks[block].append(number)
        self._by_id = {each.id: each for each in self._all}

    def best(self, company: str, domains: Sequence[str], former: int | None) -> Match | None:
        """`former`: the account that the company was mapped to before."""
        name = name_of(company)
        found = self._sure(name)
        if former in self._by_id and (found is None or found.score < FORMER):
            return Match(self._by_id[former], FORMER, "It was mapped to this account before.")
        return found or self._by_domain(domains) or self._alike(name)

    def _sure(self, name: Name) -> Match | None:
        for table, text, score, reason in (
            (self._plain, name.plain, SAME, "Same name."),
            (self._by_bare, name.bare, BUT_FOR_FORM, "Same name but for the legal form."),
            (self._solid, name.solid, BUT_FOR_SPACES, "Same name but for spaces."),
        ):
            if text and text in table:
                return self._one_of(table[text], score, reason)
        return None

    def _by_domain(self, domains: Sequence[str]) -> Match | None:
        for domain in domains:
            label = label_of(domain)
            if len(label) > 3 and label in self._solid:
                return self._one_of(self._solid[label], DOMAIN, f"Its domain is {domain}.")
        return None

    def _alike(self, name: Name) -> Match | None:
        numbers = self._candidates(name)
        choices = {number: self._bare[number] for number in numbers}
        found = process.extract(
            name.bare, choices, scorer=fuzz.token_sort_ratio, limit=2, score_cutoff=LEAST_ALIKE
        )
        if not found:
            return None
        _, likeness, number = found[0]
        rival = found[1][1] if len(found) > 1 else 0.0
        score = min(MOST_ALIKE, int(likeness))
        return Match(self._all[number], score, f"Similar name, {likeness:.0f} % alike.", likeness - rival > 3)

    def _one_of(self, numbers: Sequence[int], score: int, reason: str) -> Match:
        active = [number for number in numbers if self._all[number].is_active] or numbers
        if len(active) == 1:
            return Match(self._all[active[0]], score, reason)
        twins = f"{reason} {len(active)} accounts have it: look which one is meant."
        return Match(self._all[active[0]], min(score, LEAST_ALIKE), twins, alone=False)

    def _candidates(self, name: Name) -> list[int]:
        """From the rarest block up, until there are enough."""
        lists = sorted((self._blocks[block] for block in _blocks(name) if block in self._blocks), key=len)
        found: dict[int, None] = {}
        for numbers in lists:
            found.update(dict.fromkeys(numbers[:_MOST_CANDIDATES]))
            if len(found) >= _MOST_CANDIDATES:
                break
        return list(found)


def _grouped(texts: Iterable[str]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        found[text].append(number)
    return dict(found)


def _blocks(name: Name) -> Iterator[str]:
    """Each word, and both ends of the whole: a typo spoils one of them at most."""
    if not name.solid:
        return
    yield from dict.fromkeys(name.bare.split())
    yield f"^{name.solid[:_PREFIX]}"
    yield f"{name.solid[-_PREFIX:]}$"
