"""Another role for a member, or none any more. A partner always keeps an owner."""

from django.db import transaction

from seatbridge.ledger.models import LedgerEntry
from seatbridge.ledger.writing import append
from seatbridge.partners.models import Member, Partner
from seatbridge.partners.roles import Role
from seatbridge.team.giving import refuse_above
from seatbridge.team.refusing import TeamRefused


def change_role(member: Member, role: Role, *, own_role: Role, actor: str) -> bool:
    """False where nothing differs. Raises TeamRefused."""
    with transaction.atomic():
        row = _locked(member)
        if row is None:
            raise TeamRefused("This member was removed meanwhile.")
        old = Role(row.role)
        if old == role:
            return False
        refuse_above(own_role, old)
        refuse_above(own_role, role)
        _keep_an_owner(row)
        Member.objects.filter(pk=row.pk).update(role=role)
        append(
            row.partner_id,
            "member.role-changed",
            actor=actor,
            data={"member": member.user.email, "old": old, "new": role},
        )
    return True


def remove(member: Member, *, own_role: Role, actor: str) -> bool:
    """False where the member was gone already. Raises TeamRefused."""
    with transaction.atomic():
        row = _locked(member)
        if row is None:
            return False
        refuse_above(own_role, Role(row.role))
        _keep_an_owner(row)
        Member.objects.filter(pk=row.pk).delete()
        append(
            row.partner_id,
            "member.removed",
            actor=actor,
            data={"id": row.pk, "member": member.user.email, "role": row.role},
        )
    return True


def removed_before(partner: Partner, number: int) -> bool:
    """Whether this partner once had a member of that number: a second press is told so."""
    gone = LedgerEntry.objects.filter(partner=partner, event="member.removed")
    return gone.filter(data__contains=f'"id":{number},').exists()


def _locked(member: Member) -> Member | None:
    # The partner's row is the lock: two owners who remove one another at once go one after the other.
    Partner.objects.select_for_update().get(pk=member.partner_id)
    return Member.objects.filter(pk=member.pk).first()


def _keep_an_owner(leaving: Member) -> None:
    if leaving.role != Role.OWNER:
        return
    others = Member.objects.filter(partner_id=leaving.partner_id, role=Role.OWNER).exclude(pk=leaving.pk)
    if not others.exists():
        raise TeamRefused("This is the only owner. Make somebody else an owner first.")
