"""The gate: roles, foreign rows, tokens."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.test import RequestFactory

from seatbridge.integrations.clocks import clock
from seatbridge.integrations.models import BmsCompany, Integration
from seatbridge.ledger.models import LedgerEntry, LedgerHead
from seatbridge.partners.access import Access, NotAMember, access_of, access_of_token
from seatbridge.partners.models import Partner
from seatbridge.partners.owning import OwnedByNobody, path_to_partner
from seatbridge.partners.roles import Right, Role, may
from seatbridge.sync.models import LineResult, SyncRun
from seatbridge.team.tokens import make_token, revoke_token
from seatbridge.usage.models import Company, CompanyUser

NOW = clock().now()


def access_to(partner: Partner, role: Role = Role.OWNER) -> Access:
    return Access(partner, role, "Alice")


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.OWNER, set(Right)),
        (Role.ADMIN, set(Right)),
        (Role.BILLING, {Right.VIEW, Right.APPROVE, Right.MAP}),
        (Role.VIEWER, {Right.VIEW}),
    ],
)
def test_each_role_has_its_rights(role: Role, rights: set[Right]) -> None:
    assert {right for right in Right if may(role, right)} == rights


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (Partner, "pk"),
        (Company, "partner"),
        (CompanyUser, "company__partner"),
        (Integration, "partner"),
        (SyncRun, "integration__partner"),
        (LineResult, "run__integration__partner"),
        (LedgerEntry, "partner"),
        (LedgerHead, "partner"),
    ],
)
def test_every_row_leads_to_its_partner(model: type, path: str) -> None:
    assert path_to_partner(model) == path


def test_what_no_partner_owns_has_no_way_through_the_gate() -> None:
    with pytest.raises(OwnedByNobody):
        path_to_partner(BmsCompany)


def test_a_foreign_row_is_not_found(northgate: Partner, contoso: Partner) -> None:
    row = Integration.objects.create(partner=northgate, hostname="bms.example", company_name="Northgate")
    run = SyncRun.objects.create(integration=row, actor="Alice", created_at=NOW)
    assert access_to(northgate).one(SyncRun, pk=run.pk) == run
    with pytest.raises(Http404):
        access_to(contoso).one(SyncRun, pk=run.pk)
    assert list(access_to(contoso).scoped(Integration)) == []
    assert list(access_to(contoso).scoped(Integration.objects.filter(pk=row.pk))) == []


@pytest.mark.parametrize("number", [0, -1, 10**30])
def test_an_id_that_cannot_be_is_not_found(northgate: Partner, number: int) -> None:
    with pytest.raises(Http404):
        access_to(northgate).one(Integration, pk=number)


def test_a_name_with_a_nul_is_not_found(northgate: Partner) -> None:
    with pytest.raises(Http404):
        access_to(northgate).one(Company, ref="a\0b")


def test_a_token_opens_its_own_partner_with_its_own_role(northgate: Partner) -> None:
    token, text = make_token(
        northgate, "export", Role.BILLING, days=1, own_role=Role.OWNER, actor="Alice", now=NOW
    )
    access = access_of_token(text.reveal(), NOW)
    assert access is not None
    assert (access.partner, access.role) == (northgate, Role.BILLING)
    assert access.actor == f"API token export ({token.prefix})"
    token.refresh_from_db()
    assert token.last_used_at == NOW
    assert text.reveal() not in (token.hash, token.prefix)


def test_a_token_that_is_expired_revoked_or_altered_opens_nothing(northgate: Partner) -> None:
    token, text = make_token(
        northgate, "export", Role.OWNER, days=1, own_role=Role.OWNER, actor="Alice", now=NOW
    )
    assert access_of_token(text.reveal(), NOW + timedelta(days=1)) is None
    assert access_of_token(text.reveal() + "x", NOW) is None
    for stranger in (
        "",
        "sb_",
        "sb__",
        "Bearer",
        f"sb_{token.prefix}_",
        "sb_\0\0\0\0\0\0\0\0\0\0_x",
        "\ud800",
    ):
        assert access_of_token(stranger, NOW) is None
    revoke_token(token, actor="Alice", now=NOW)
    assert access_of_token(text.reveal(), NOW) is None


def test_the_gate_refuses_who_is_not_signed_in() -> None:
    with pytest.raises(NotAMember):
        access_of(RequestFactory().get("/"))
