"""Errors of talking to a PSA, sorted by fate: what the caller must do next, not what the wire said.

PsaError
├── Retriable          nothing happened there; may be tried again later
│   ├── RateLimited    ... not before `retry_at`
│   │   └── OutOfCalls ... since the PSA, or our own budget, allows no more calls until then
│   └── Unreachable    ... the host did not answer, or a reading came back unreadable
├── NeedsCredentials   a person must act before anything is sent again
│   └── MissingRight   ... signed in, but the user lacks a right
├── Rejected           the PSA understood and refused this one request
├── NotUnderstood      the answer to a reading breaks the published shape
└── OutcomeUnknown     a write was sent and its effect is not known: read, never repeat
"""

from datetime import datetime


class PsaError(Exception):
    """`what` happened, `why` as far as known, `fix`: what a person can do."""

    def __init__(self, what: str, *, why: str = "", fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.fix = fix


class Retriable(PsaError):
    pass


class RateLimited(Retriable):
    def __init__(self, what: str, *, retry_at: datetime, why: str = "", fix: str = "") -> None:
        super().__init__(what, why=why, fix=fix)
        self.retry_at = retry_at


class OutOfCalls(RateLimited):
    """`waits_for`: whose pause it is, to follow "waiting for"."""

    def __init__(self, waits_for: str, *, retry_at: datetime, why: str = "") -> None:
        super().__init__(
            "Kaseya BMS takes no more calls for now.",
            retry_at=retry_at,
            why=why or f"Waiting for {waits_for}.",
            fix="Nothing is lost: it goes on later.",
        )
        self.waits_for = waits_for


class Unreachable(Retriable):
    pass


class NeedsCredentials(PsaError):
    """`refused` is True only where the PSA itself refused a sign-in: then nothing may try again by itself."""

    def __init__(self, what: str, *, refused: bool = False, why: str = "", fix: str = "") -> None:
        super().__init__(what, why=why, fix=fix)
        self.refused = refused


class MissingRight(NeedsCredentials):
    pass


class Rejected(PsaError):
    def __init__(self, what: str, *, code: int | None = None, why: str = "", fix: str = "") -> None:
        super().__init__(what, why=why, fix=fix)
        self.code = code


class NotUnderstood(PsaError):
    pass


class OutcomeUnknown(PsaError):
    pass
