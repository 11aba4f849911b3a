"""All that is random in a history, from its seed alone."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - to be repeated, not to be secret

    def maybe(self, share: float) -> bool:
        return self._random.random() < share

    def whole(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def pick(self, values: Sequence[T]) -> T:
        return self._random.choice(values)

    def some(self, values: Sequence[T], share: float) -> list[T]:
        return [value for value in values if self.maybe(share)]

    def weighed(self, weights: Mapping[T, float]) -> T:
        return self._random.choices(list(weights), list(weights.values()))[0]

    def day(self, first: date, most_days: int) -> date:
        return first + timedelta(days=self.whole(0, most_days))
