"""A decision as it is shown: parts/card.html."""

from dataclasses import dataclass

from seatbridge.sync.shown.groups import Group


@dataclass(frozen=True, slots=True)
class Action:
    """What a button will do is in its words: "Write 46 units from 1 Dec"."""

    label: str
    url: str
    post: bool = False
    fields: tuple[tuple[str, str], ...] = ()  # hidden ones of a POST
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """The first action is the primary one; at most two others."""

    fact: str
    cause: str = ""
    money: str = ""
    deadline: str = ""
    actions: tuple[Action, ...] = ()
    group: Group | None = None
    warning: str = ""  # what cannot be taken back
    key: str = ""  # the element's id

    @property
    def kind(self) -> str:
        return "" if self.group is None else self.group.name.lower().replace("_", "-")
