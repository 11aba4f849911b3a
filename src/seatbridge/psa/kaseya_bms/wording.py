"""The sentences for answers that never came or cannot be read: what happened, why, what to do."""

from seatbridge.psa.kaseya_bms.answers import Answer, Failure

Words = tuple[str, str, str]  # what, why, fix

_LATER = "Try again later. If it stays, look at Kaseya's status page."

_FAILURES: dict[Failure, Words] = {
    Failure.UNKNOWN_HOST: (
        "The BMS host is unknown.",
        "No address is registered for its name, or the name server did not answer.",
        "Check the hostname for spelling, and the name service of this machine.",
    ),
    Failure.CERTIFICATE: (
        "The BMS host cannot prove who it is.",
        "Its certificate is expired, made for another name, or signed by nobody known here.",
        "Check the hostname. If it is right, its owner must renew the certificate. Nothing is sent before.",
    ),
    Failure.NOT_CONNECTED: (
        "The BMS host cannot be reached.",
        "The connection was refused or not answered in time, so nothing was sent.",
        "Check the hostname and this machine's way to the internet, then try again.",
    ),
    Failure.TIMED_OUT: (
        "Kaseya BMS did not answer in time.",
        "It took the request and sent nothing back.",
        _LATER,
    ),
    Failure.CUT: (
        "The connection to Kaseya BMS was cut.",
        "It was closed before the answer was complete.",
        _LATER,
    ),
}


def why_broken(answer: Answer) -> Words:
    if answer.failure is not None:
        return _FAILURES[answer.failure]
    said = (
        f" Kaseya BMS said: {answer.envelope.message}" if answer.envelope and answer.envelope.message else ""
    )
    if answer.status >= 500:
        return f"Kaseya BMS failed with status {answer.status}.", f"The fault is on its side.{said}", _LATER
    if answer.status >= 300:
        return (
            f"The host answered with status {answer.status} where the BMS API belongs.",
            "Another program answers there, or a firewall does. Redirects are not followed.",
            "Check the hostname; it must be the one that you sign in to BMS on.",
        )
    if answer.envelope is None:
        return (
            "The host answered with something that is not JSON.",
            "A maintenance page, a cut-off answer, or another program on that host.",
            "Try again later. If it stays, check the hostname.",
        )
    return "Kaseya BMS left the result out of its answer.", f"The answer was incomplete.{said}", _LATER
