class TeamRefused(ValueError):
    """What cannot be done to a team; carries a sentence for the person who asked."""
