"""A secret is shown, stored and compared with care."""

import copy
import json
import logging
import pickle
from dataclasses import asdict, dataclass

import pytest

from seatbridge.kit.secret import Secret

PLANTED = "planted-password-7f3a"


@dataclass(frozen=True)
class Holder:
    name: str
    secret: Secret


def test_it_comes_out_by_one_named_call_only() -> None:
    assert Secret(PLANTED).reveal() == PLANTED


def test_it_is_shown_as_three_stars_everywhere(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(PLANTED)
    logging.getLogger("test").warning("got %s and %r", secret, {"password": secret})
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>5}",
        f"{secret!r}",
        repr(Holder("a", secret)),
        caplog.text,
    ]
    assert all("***" in text and PLANTED not in text for text in shown)


def test_it_cannot_be_written_as_json_or_pickled() -> None:
    with pytest.raises(TypeError):
        json.dumps({"password": Secret(PLANTED)})
    with pytest.raises(TypeError, match="Seal it"):
        pickle.dumps(Secret(PLANTED))
    assert json.dumps({"password": Secret(PLANTED)}, default=str) == '{"password": "***"}'


def test_it_has_no_attributes_to_list() -> None:
    with pytest.raises(TypeError):
        vars(Secret(PLANTED))


def test_equal_secrets_are_equal_and_others_are_not() -> None:
    assert Secret(PLANTED) == Secret(PLANTED)
    assert Secret(PLANTED) != Secret("other")
    assert Secret("ä") == Secret("ä")
    assert Secret(PLANTED) != PLANTED


def test_it_is_no_key_of_a_set() -> None:
    with pytest.raises(TypeError):
        hash(Secret(PLANTED))


def test_a_copy_is_the_same_sealed_thing() -> None:
    secret = Secret(PLANTED)
    assert copy.copy(secret) is secret
    assert copy.deepcopy(secret) is secret
    assert asdict(Holder("alice", secret))["secret"] is secret
