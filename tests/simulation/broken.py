"""An invariant that does not hold."""


class Broken(AssertionError):
    """`rule` is the number of the invariant in README.md, `what` the evidence."""

    def __init__(self, rule: int, what: str) -> None:
        super().__init__(f"invariant {rule}: {what}")
        self.rule = rule
        self.what = what


def require(holds: object, rule: int, what: str) -> None:
    if not holds:
        raise Broken(rule, what)
