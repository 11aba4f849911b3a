"""The data folder, and in it the two keys of a Seatbridge that runs by itself."""

import base64
import os
import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from seatbridge.config.settings import PREFIX, Settings, SettingsRefused
from seatbridge.kit.sealed import Seal, SealKeysRefused

SECRET_KEY_FILE = "secret-key"  # noqa: S105 - a file's name
SEAL_KEYS_FILE = "seal-keys"


def with_keys(settings: Settings) -> Settings:
    """Makes the data folder and what keys are missing; keys from the environment win and leave no file."""
    _make_home(settings.home)
    secret_key = settings.secret_key or _kept(settings.home / SECRET_KEY_FILE, _new_secret_key)
    seal_keys = settings.seal_keys or _kept(settings.home / SEAL_KEYS_FILE, _new_seal_keys)
    try:
        Seal.parse(seal_keys)
    except SealKeysRefused as error:
        raise SettingsRefused([f"The key file {settings.home / SEAL_KEYS_FILE} {error}."]) from error
    return replace(settings, secret_key=secret_key, seal_keys=seal_keys)


def _new_secret_key() -> str:
    return secrets.token_urlsafe(50)


def _new_seal_keys() -> str:
    return "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()


def _make_home(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if home.stat().st_mode & 0o077:
            home.chmod(0o700)
    except OSError as error:
        raise SettingsRefused(
            [f"{PREFIX}HOME is {home}, which cannot be used as the data folder: {error.strerror}."]
        ) from error


def _kept(file: Path, make: Callable[[], str]) -> str:
    """Two first starts at once agree: the file appears with its content, and only the first one lands."""
    try:
        if not file.exists():
            draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as handle:
                handle.write(make() + "\n")
                handle.flush()
                os.fsync(handle.fileno())
            _land(draft, file)
        kept = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsRefused([f"The key file {file} cannot be read or made: {error}."]) from error
    if not kept:
        why = "is empty: put it back from your backup. A new key opens nothing that was sealed before"
        raise SettingsRefused([f"The key file {file} {why}."])
    return kept


def _land(draft: Path, file: Path) -> None:
    try:
        os.link(draft, file)
    except FileExistsError:
        pass  # another process was first: its key counts
    finally:
        draft.unlink()
