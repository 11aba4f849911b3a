"""Secrets at rest: AES-256-GCM, each bound to the one place where it may be opened.

`SEATBRIDGE_SEAL_KEYS` is `id:base64,id:base64,…`: the first key seals, every key opens. To rotate, put a new
key in front, seal everything anew, then take the old one out.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from seatbridge.kit.secret import Secret

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_NONCE_BYTES = 12


class SealKeysRefused(ValueError):
    """The text of the keys is not usable. The sentence never repeats a key."""


class SealBroken(Exception):
    """A sealed text was altered, moved to another place, or its key is gone."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text belongs. Opened anywhere else, it fails."""

    partner_id: int
    integration_id: int
    field: str

    def __str__(self) -> str:
        return f"partner {self.partner_id}, integration {self.integration_id}, {self.field}"


class Seal:
    """Seals, opens and signs with the operator's keys; shows none of them."""

    __slots__ = ("_first", "_keys")

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise SealKeysRefused("there is no key in it")
        self._keys = dict(keys)
        self._first = next(iter(self._keys))

    @classmethod
    def parse(cls, text: str) -> "Seal":
        """Raises SealKeysRefused with the rest of a sentence that begins with the setting's name."""
        keys: dict[str, bytes] = {}
        for number, part in enumerate(text.split(","), start=1):
            key_id, _, encoded = part.strip().partition(":")
            if not _KEY_ID.fullmatch(key_id):
                raise SealKeysRefused(f"has no id of letters and digits before the colon in key {number}")
            if key_id in keys:
                raise SealKeysRefused(f"has the id {key_id} twice")
            keys[key_id] = _decoded(encoded, key_id)
        return cls(keys)

    def __repr__(self) -> str:
        return f"Seal({', '.join(f'{key_id}=***' for key_id in self._keys)})"

    def seal(self, secret: Secret, place: Place) -> str:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = AESGCM(self._derived(self._first, "seal"))
        sealed = cipher.encrypt(nonce, secret.reveal().encode(), _bound_to(place, self._first))
        return f"{self._first}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, text: str, place: Place) -> Secret:
        """Raises SealBroken, which names the place and never the text."""
        key_id, _, encoded = text.partition(".")
        if key_id not in self._keys:
            raise SealBroken(
                f"What is sealed for {place} needs the key {key_id!r}, which is not in SEATBRIDGE_SEAL_KEYS. "
                "Put that key back, or type the secret again."
            )
        try:
            raw = base64.b64decode(encoded, altchars=b"-_", validate=True)
            cipher = AESGCM(self._derived(key_id, "seal"))
            return Secret(
                cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound_to(place, key_id)).decode()
            )
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise SealBroken(
                f"What is sealed for {place} was altered or belongs somewhere else. Type the secret again."
            ) from error

    def is_sealed_with_first_key(self, text: str) -> bool:
        return text.partition(".")[0] == self._first

    def sign(self, purpose: str, message: bytes) -> str:
        """A keyed hash for what must not be forged by someone who can write to the database alone."""
        return f"{self._first}:{self._mac(self._first, purpose, message)}"

    def signed(self, purpose: str, message: bytes, signature: str) -> bool:
        """Whether `sign` made this signature, with a key that is still known."""
        key_id, _, mac = signature.partition(":")
        return key_id in self._keys and hmac.compare_digest(mac, self._mac(key_id, purpose, message))

    def _mac(self, key_id: str, purpose: str, message: bytes) -> str:
        return hmac.new(self._derived(key_id, purpose), message, hashlib.sha256).hexdigest()

    def _derived(self, key_id: str, purpose: str) -> bytes:
        """One key per purpose, so that a signature never helps to open a seal."""
        return hmac.new(self._keys[key_id], b"seatbridge " + purpose.encode(), hashlib.sha256).digest()


def _bound_to(place: Place, key_id: str) -> bytes:
    return f"{key_id}|{place.partner_id}|{place.integration_id}|{place.field}".encode()


def _decoded(encoded: str, key_id: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise SealKeysRefused(f"has a key {key_id} that is not base64") from None
    if len(key) != 32:
        raise SealKeysRefused(f"has a key {key_id} of {len(key)} bytes where 32 are needed")
    return key
