"""The codes of RFC 6238, appendix B, cut to six digits."""

from datetime import UTC, datetime

import pytest

from seatbridge.psa.kaseya_bms.totp import TotpSecretRefused, code_of, step_of

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_of(RFC_SECRET, step_of(datetime.fromtimestamp(seconds, UTC))) == code


@pytest.mark.parametrize(
    "spelled", ["gezdgnbv gy3tqojq gezdgnbv gy3tqojq", "GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ=="]
)
def test_the_secret_may_be_spelled_as_it_was_shown(spelled: str) -> None:
    assert code_of(spelled, 1) == code_of(RFC_SECRET, 1)


@pytest.mark.parametrize("secret", ["", "  ", "=", "1890", "not base32!", "A"])
def test_what_is_no_base32_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(TotpSecretRefused, match="TOTP secret"):
        code_of(secret, 1)
