"""Faults armed by endpoint and occurrence, and what each does to an answer."""

from dataclasses import dataclass, field, replace
from typing import Any

from bms_simulator.reading import Fields
from bms_simulator.wire import Answer, failed, html, to_answer

# The call never reaches BMS. Each of these with "-after" takes effect first and then answers the same.
BEFORE = ("500", "502-html", "503", "504", "429", "401", "200-html", "success-false", "cut", "hang")
AFTER = tuple(f"{kind}-after" for kind in BEFORE)
# These act on a call that is handled as always.
OTHERS = ("cut-before", "cut-json", "slow", "job-fails", "job-passes-over", "mutate")
KINDS = (*BEFORE, *AFTER, *OTHERS)
HANG_SECONDS = 3600
NO_REASON = "An error has occurred."


@dataclass(slots=True)
class Fault:
    """Fires at the calls number `occurrence` to `occurrence + times - 1` of `endpoint` after arming."""

    endpoint: str
    kind: str
    occurrence: int = 1
    times: int = 1
    seconds: float = 0.0
    retry_after: int | None = None
    code: int = 500
    message: str = NO_REASON
    edits: list[dict[str, Any]] = field(default_factory=list)
    line_ids: list[int] = field(default_factory=list)
    seen: int = 0

    @property
    def is_spent(self) -> bool:
        return self.seen >= self.occurrence + self.times - 1

    @property
    def comes_before(self) -> bool:
        return self.kind in BEFORE or self.kind == "cut-before"


def read_fault(value: Any) -> Fault:
    fields = Fields(value, "fault")
    kind = fields.text("fault")
    if kind not in KINDS:
        raise fields.wrong("fault", f"must be one of {', '.join(KINDS)}")
    fault = Fault(
        endpoint=fields.text("endpoint"),
        kind=kind,
        occurrence=fields.whole("occurrence", 1, least=1),
        times=fields.whole("times", 1, least=1),
        seconds=float(fields.decimal("seconds")) if fields.has("seconds") else 0.0,
        retry_after=fields.whole("retry_after") if fields.has("retry_after") else None,
        code=fields.whole("code", 500),
        message=fields.text("message", NO_REASON),
        edits=fields.items("edits"),
        line_ids=fields.items("line_ids"),
    )
    fields.done()
    return fault


class Faults:
    def __init__(self) -> None:
        self.armed: list[Fault] = []

    def arm(self, fault: Fault) -> None:
        self.armed.append(fault)

    def clear(self) -> None:
        self.armed.clear()

    def firing(self, endpoint: str) -> list[Fault]:
        """Count the call for every armed fault of its endpoint ("*" is every one); those that fire now."""
        now = []
        for fault in self.armed:
            if fault.endpoint in (endpoint, "*"):
                fault.seen += 1
                if fault.occurrence <= fault.seen < fault.occurrence + fault.times:
                    now.append(fault)
        self.armed = [fault for fault in self.armed if not fault.is_spent]
        return now


def spoiled(fault: Fault, answer: Answer | None, casing: str) -> Answer:
    """What is sent instead of `answer`, which is None where the call had no effect."""
    kind = fault.kind.removesuffix("-after").removesuffix("-before")
    delay = fault.seconds
    if kind == "slow" and answer is not None:
        return replace(answer, delay_seconds=delay)
    if kind == "cut-json" and answer is not None:
        return replace(answer, body=answer.body[: max(1, len(answer.body) // 2)], delay_seconds=delay)
    if kind == "cut":
        return Answer(0, {}, b"", cut=True, delay_seconds=delay)
    if kind == "hang":
        return Answer(0, {}, b"", cut=True, delay_seconds=delay or HANG_SECONDS)
    return replace(_error_answer(fault, kind, casing), delay_seconds=delay)


def _error_answer(fault: Fault, kind: str, casing: str) -> Answer:
    if kind == "200-html":
        return html(200, "We will be back soon")
    if kind == "502-html":
        return html(502, "502 Bad Gateway")
    if kind == "success-false":
        return to_answer(failed(fault.code, fault.message), casing)
    status = int(kind)
    if status == 401:
        return to_answer(failed(978001, "Authorization has been denied for this request."), casing, status)
    answer = to_answer(failed(status, fault.message), casing, status)
    if fault.retry_after is None:
        return answer
    return replace(answer, headers={**answer.headers, "retry-after": str(fault.retry_after)})
