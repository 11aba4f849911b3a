import base64
import json

import pytest

from seatbridge.kit.sealed import Place, Seal, SealBroken, SealKeysRefused
from seatbridge.kit.secret import Secret

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()
PLACE = Place(partner_id=1, integration_id=7, field="password")


def test_what_was_sealed_opens_in_its_place() -> None:
    seal = Seal.parse(NEW)
    text = seal.seal(Secret("päss wörd"), PLACE)
    assert "päss" not in text
    assert seal.open(text, PLACE).reveal() == "päss wörd"


def test_the_same_secret_never_looks_the_same_twice() -> None:
    seal = Seal.parse(NEW)
    assert seal.seal(Secret("x"), PLACE) != seal.seal(Secret("x"), PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [Place(2, 7, "password"), Place(1, 8, "password"), Place(1, 7, "totp"), Place(17, 7, "password")],
)
def test_a_sealed_text_moved_to_another_place_does_not_open(elsewhere: Place) -> None:
    seal = Seal.parse(NEW)
    with pytest.raises(SealBroken, match="belongs somewhere else"):
        seal.open(seal.seal(Secret("alice"), PLACE), elsewhere)


def test_every_altered_character_is_noticed() -> None:
    seal = Seal.parse(NEW)
    text = seal.seal(Secret("alice"), PLACE)
    for at in range(len("new."), len(text)):
        other = "A" if text[at] != "A" else "B"
        with pytest.raises(SealBroken):
            seal.open(text[:at] + other + text[at + 1 :], PLACE)


@pytest.mark.parametrize("text", ["", "new.", "new", "new.####", "new.QUJD"])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(SealBroken):
        Seal.parse(NEW).open(text, PLACE)


def test_an_old_key_still_opens_and_the_first_one_seals() -> None:
    text = Seal.parse(OLD).seal(Secret("alice"), PLACE)
    both = Seal.parse(f"{NEW},{OLD}")
    assert both.open(text, PLACE).reveal() == "alice"
    assert not both.is_sealed_with_first_key(text)
    assert both.seal(Secret("alice"), PLACE).startswith("new.")


def test_a_missing_key_is_named() -> None:
    text = Seal.parse(OLD).seal(Secret("alice"), PLACE)
    with pytest.raises(SealBroken, match="'old'"):
        Seal.parse(NEW).open(text, PLACE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no id"),
        ("k1", "not base64|0 bytes"),
        ("k1:QUJD", "3 bytes where 32"),
        ("k1:****", "not base64"),
        (f"{NEW},{NEW}", "twice"),
        (f"{NEW},", "no id"),
    ],
)
def test_keys_that_cannot_be_used_are_refused_without_being_repeated(text: str, why: str) -> None:
    with pytest.raises(SealKeysRefused, match=why) as refused:
        Seal.parse(text)
    assert "QUJD" not in str(refused.value)


def test_nothing_shows_a_key_or_a_secret() -> None:
    seal = Seal.parse(NEW)
    assert repr(seal) == "Seal(new=***)"
    assert f"{Secret('alice')!r} {Secret('alice')}" == "*** ***"
    with pytest.raises(TypeError):
        json.dumps(Secret("alice"))


def test_a_signature_holds_for_its_purpose_and_message_only() -> None:
    seal = Seal.parse(f"{NEW},{OLD}")
    signature = Seal.parse(OLD).sign("ledger", b"head")
    assert seal.signed("ledger", b"head", signature)
    assert not seal.signed("ledger", b"hea", signature)
    assert not seal.signed("sign-in", b"head", signature)
    assert not Seal.parse(NEW).signed("ledger", b"head", signature)
