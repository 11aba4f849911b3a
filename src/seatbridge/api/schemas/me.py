from ninja import Schema

from seatbridge.api.values import Instant
from seatbridge.partners.roles import Right, Role


class PartnerOut(Schema):
    id: int
    name: str
    timezone: str


class TokenOut(Schema):
    name: str
    prefix: str
    expires_at: Instant | None


class Me(Schema):
    partner: PartnerOut
    role: Role
    rights: list[Right]
    token: TokenOut


class ProductOut(Schema):
    code: str
    name: str
