"""Sort an answer by fate: what must be done next. Envelope and status are judged together.

Failure often comes as status 200 with a refusing envelope; HTML with status 200 is a failure too. A write is
believed refused only where the refusal came before any effect could: see `judge`.
"""

from enum import StrEnum

from seatbridge.psa.errors import MissingRight, OutcomeUnknown, PsaError, Rejected, Unreachable
from seatbridge.psa.kaseya_bms.answers import NEVER_SENT, Answer, Failure
from seatbridge.psa.kaseya_bms.calls import Call, Kind
from seatbridge.psa.kaseya_bms.wire import UNAUTHORIZED_CODE
from seatbridge.psa.kaseya_bms.wording import why_broken


class Fate(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # BMS understood and said no
    UNAUTHORIZED = "unauthorized"  # the token was refused, before any effect
    BUSY = "busy"  # come back later, before any effect
    NOT_SENT = "not-sent"
    BROKEN = "broken"  # no answer, or one that cannot be read: it may pass
    STRANGE = "strange"  # answered by something that is not BMS: asking again would not help


def judge(call: Call, answer: Answer) -> Fate:
    if answer.failure is not None:
        return Fate.NOT_SENT if answer.failure in NEVER_SENT else Fate.BROKEN
    if _is_unauthorized(answer):
        return Fate.UNAUTHORIZED
    # What a 503 did before it came is not known, so a write is not sent again after it.
    if answer.status == 429 or (answer.status == 503 and call.kind is Kind.READ):
        return Fate.BUSY
    if answer.status >= 500:
        return Fate.BROKEN
    return _judge_body(call, answer)


def _is_unauthorized(answer: Answer) -> bool:
    envelope = answer.envelope
    says_so = envelope is not None and not envelope.success and envelope.code == UNAUTHORIZED_CODE
    return answer.status == 401 or (says_so and answer.status < 500)


def _judge_body(call: Call, answer: Answer) -> Fate:
    envelope = answer.envelope
    if envelope is not None and not envelope.success:
        return Fate.REFUSED
    if call.kind is Kind.SIGN_IN and answer.status in _REFUSED_SIGN_INS:
        return Fate.REFUSED
    if answer.status >= 300:
        return Fate.STRANGE
    # A reading without a result is never taken for an empty one.
    if envelope is None or (envelope.result is None and call.kind is not Kind.WRITE):
        return Fate.BROKEN
    return Fate.DONE


# Without an envelope these may still have been counted as bad sign-ins, so they are taken for refusals.
_REFUSED_SIGN_INS = (400, 422, 423)

# Kaseya publishes no error codes, so a missing right is known by its words alone.
_RIGHTS = (
    "permission",
    "access right",
    "not authorized",
    "unauthorized",
    "access denied",
    "privilege",
    "forbidden",
)


def refusal(call: Call, answer: Answer) -> PsaError:
    """The error of a call that BMS understood and refused."""
    said = answer.envelope.message if answer.envelope else ""
    code = answer.envelope.code if answer.envelope else None
    why = f"Kaseya BMS said: {said}" if said else "Kaseya BMS gave no reason."
    if answer.status == 403 or any(word in said.lower() for word in _RIGHTS):
        return MissingRight(
            f"The BMS user may not do this: {call.endpoint}.",
            why=why,
            fix="Give its role the right in BMS: CRM accounts view, Finance contracts view and modify, "
            "Admin finance services view and modify.",
        )
    return Rejected(
        f"Kaseya BMS refused the call {call.endpoint}.",
        code=code,
        why=why,
        fix="Correct the cause in BMS, then run again.",
    )


def failure(call: Call, answer: Answer, fate: Fate) -> PsaError:
    """The error of a call that brought no usable answer, once it is not sent again."""
    what, why, fix = why_broken(answer)
    if call.kind is Kind.WRITE and fate is not Fate.NOT_SENT:
        return OutcomeUnknown(
            f"Kaseya BMS did not confirm the write {call.endpoint}. {what}",
            why=why,
            fix="It is not sent again; a reading shows whether it took effect.",
        )
    return Unreachable(what, why=why, fix=fix)


def may_repeat(answer: Answer) -> bool:
    """A bad certificate does not get better within seconds."""
    return answer.failure is not Failure.CERTIFICATE
