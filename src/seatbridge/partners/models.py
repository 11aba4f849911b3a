from django.db import models

from seatbridge.partners.roles import Role
from seatbridge.users.models import User


class Partner(models.Model):
    """The MSP that owns every row."""

    name = models.CharField(max_length=200, unique=True)
    timezone = models.CharField(max_length=64)  # an IANA name, checked by `adding`
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="partner_has_a_name")]


class Member(models.Model):
    """A person's place in a partner."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partner", "user"], name="one_place_per_person"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role"),
        ]


class Invitation(models.Model):
    """A one-time link by which a person becomes a member. The link itself is never stored."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=8, choices=Role)
    hash = models.CharField(max_length=64, unique=True)  # SHA-256 of the link's secret part
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    asked = models.CharField(max_length=36, null=True, unique=True)  # noqa: DJ001 - a form sent twice: one effect
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role")
        ]


class ApiToken(models.Model):
    """A program's way in. Shown once when it is made; only its hash is kept."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=8, choices=Role)
    prefix = models.CharField(max_length=16, unique=True)  # the part that may be shown
    hash = models.CharField(max_length=64)  # SHA-256 of the whole token: 256 random bits need no slow hash
    created_by = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    asked = models.CharField(max_length=36, null=True, unique=True)  # noqa: DJ001 - a form sent twice: one effect
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="token_role")]
