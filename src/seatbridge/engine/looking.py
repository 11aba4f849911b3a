"""How often to look for what is dear to find."""

MOST_OF_TIME = 0.05
LONGEST = 15.0  # seconds


def until_next_look(took: float, beat: float) -> float:
    """Seconds from the beginning of one look to that of the next: looking takes little of all the time.

    A look that hung, on a lock or in a process that was frozen, says nothing of the ones to come.
    """
    return max(beat, min(took / MOST_OF_TIME, LONGEST))
