"""A row of Northgate for each parameter that a URL may have. Add one here when you add a parameter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from seatbridge.integrations.clocks import clock
from seatbridge.partners.models import Member, Partner
from seatbridge.partners.roles import Role
from seatbridge.team.inviting import invite
from seatbridge.team.tokens import make_token
from tests.support.cast import Cast

# Pages for people who are not signed in, and forms that belong to the person and not to the partner.
OPEN_TO_STRANGERS = {"join", "theme"}
VIEWERS_MAY_POST = {"choose-partner"}


@dataclass(frozen=True, slots=True)
class Made:
    partner: Partner
    rows: Mapping[str, object]

    def sample(self, url: str, parameter: str) -> object:
        """One for this very URL where there is one, else one for the parameter."""
        key = f"{url}.{parameter}"
        return SAMPLES[key if key in SAMPLES else parameter](self)


def make_samples(northgate: Partner, people: Cast) -> Made:
    now = clock().now()
    invited = invite(
        northgate, "erin@northgate.example", Role.VIEWER, own_role=Role.OWNER, actor="Alice", now=now
    )
    token, _ = make_token(
        northgate, "export", Role.VIEWER, days=30, own_role=Role.OWNER, actor="Alice", now=now
    )
    bob = Member.objects.get(user=people.bob.user)
    return Made(
        northgate,
        {
            "member": bob.pk,
            "invitation": invited.invitation.pk,
            "key": invited.key.reveal(),
            "token": token.pk,
        },
    )


def _row(name: str) -> Callable[[Made], object]:
    return lambda made: made.rows[name]


SAMPLES: dict[str, Callable[[Made], object]] = {
    "number": _row("member"),
    "team-invitation.number": _row("invitation"),
    "team-withdraw.number": _row("invitation"),
    "team-token.number": _row("token"),
    "team-revoke-token.number": _row("token"),
    "key": _row("key"),
}
