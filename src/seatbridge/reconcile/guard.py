"""When so many partners' runs stop on their limits that the fault is ours, not theirs. Pure."""

MOST_STOPPED = 5  # percent of the partners who ran
FEWEST_PARTNERS = 5  # fewer may be chance, or one MSP's bad file


def is_epidemic(ran: int, stopped: int) -> bool:
    """Partners whose runs ended within the hour, and of these the ones who stopped on a limit of the run."""
    return stopped >= FEWEST_PARTNERS and stopped * 100 > ran * MOST_STOPPED
