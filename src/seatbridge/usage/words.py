"""The words of a file and what they mean. A doubtful one ("pending") is not here: it would be a guess."""


def _meanings(**synonyms: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, words in synonyms.items():
        meaning = name.replace("_", "-")
        found |= dict.fromkeys([meaning, *words.split()], meaning)
    return found


PRODUCT_WORDS = _meanings(
    standard="std password-boss-standard passwordboss-standard pb-standard",
    advanced="adv password-boss-advanced passwordboss-advanced pb-advanced",
)
LEVEL_WORDS = PRODUCT_WORDS | _meanings(trial="free-trial password-boss-trial evaluation")
TYPE_WORDS = _meanings(customer="client company end-client end-customer", msp="partner own internal-msp")
STATE_WORDS = _meanings(
    active="enabled",
    inactive="disabled suspended deactivated canceled cancelled closed deleted",
)
STATUS_WORDS = _meanings(
    active="enabled accepted registered",
    invited="invite-sent invitation-sent pending-invitation",
    pending_approval="awaiting-approval waiting-for-approval",
    disabled="inactive suspended deactivated blocked",
    deleted="removed left",
)
FLAG_WORDS = {
    **dict.fromkeys(["yes", "y", "true", "1", "x"], "yes"),
    **dict.fromkeys(["no", "n", "false", "0"], "no"),
}
