"""Encryption at rest: AES-256-GCM with key ids, and keyed pseudonyms."""

import base64
import hashlib
import hmac
import io
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_KEY_BYTES = 32
_URL_SAFE = str.maketrans("-_", "+/")


class KeyringError(Exception):
    """A key is missing, malformed or not the one a value was sealed with."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives; a value moved to any other place no longer opens."""

    table: str
    column: str
    workspace_id: str
    row_id: str

    def as_bytes(self) -> bytes:
        """Return the associated data that AES-GCM authenticates; lengths stand in front, so no part can shift."""
        table, column, workspace_id, row_id = self.table, self.column, self.workspace_id, self.row_id
        lengths = f"{len(table)},{len(column)},{len(workspace_id)}:"
        return f"{lengths}{table}{column}{workspace_id}{row_id}".encode("utf-8", "surrogatepass")


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"draftloop key id" + key).hexdigest()[:8]


def _decode_key(encoded: str) -> bytes:
    try:
        bare = encoded.strip().rstrip("=").translate(_URL_SAFE)
        key = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError as error:
        raise KeyringError("DRAFTLOOP_ENCRYPTION_KEYS holds a key that is not base64.") from error
    if len(key) != _KEY_BYTES:
        raise KeyringError("DRAFTLOOP_ENCRYPTION_KEYS holds a key that is not 32 bytes long.")
    return key


def generate_key() -> str:
    """Return a fresh 256-bit key in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode().rstrip("=")


def read_or_create_key_file(path: Path) -> tuple[str, bool]:
    """Return the key kept in `path` and whether it was made just now (mode 0600, never overwritten).

    Two processes that start at once get the same key: the file appears whole or not at all.

    Raises:
        KeyringError: the file is there but holds no key.
    """
    made = False
    if not path.exists():
        made = _create_key_file(path)
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if not key:
        raise KeyringError(f"The key file {path.name} is empty.")
    return key, made


def _create_key_file(path: Path) -> bool:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(generate_key() + "\n")
            file.flush()
            os.fsync(file.fileno())
        return _link(draft, path)
    finally:
        draft.unlink()


def _link(draft: Path, path: Path) -> bool:
    """Give the file its name, unless somebody else was first."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    return True


class Keyring:
    """Seals with the first key and opens with any; the key's id stands in front of each value.

    Values look like `v1:KEYID:BASE64(nonce + ciphertext + tag)`.
    """

    def __init__(self, encoded_keys: list[str]) -> None:
        if not encoded_keys:
            raise KeyringError("No encryption key is set.")
        keys = [_decode_key(encoded) for encoded in encoded_keys]
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._current = _key_id(keys[0])
        self._pseudonym_key = hmac.new(keys[-1], b"draftloop pseudonyms", hashlib.sha256).digest()

    @property
    def current_key_id(self) -> str:
        """The id of the key that new values are sealed with."""
        return self._current

    def seal(self, text: str, *, place: Place) -> str:
        """Encrypt `text` for exactly one place."""
        return self._seal(os.urandom(_NONCE_BYTES), text, place)

    def seal_all(self, texts: Sequence[str], *, places: Sequence[Place]) -> list[str]:
        """Encrypt each text for its place, with one call for randomness: a thread that calls waits each time."""
        nonces = io.BytesIO(os.urandom(_NONCE_BYTES * len(texts)))
        return [
            self._seal(nonces.read(_NONCE_BYTES), text, place)
            for text, place in zip(texts, places, strict=True)
        ]

    def _seal(self, nonce: bytes, text: str, place: Place) -> str:
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(), place.as_bytes())
        return f"v1:{self._current}:{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, place: Place) -> str:
        """Decrypt a value.

        Raises:
            KeyringError: the key is not known, or the value was changed or moved.
        """
        version, key_id, payload = [*sealed.split(":", 2), "", ""][:3]
        cipher = self._ciphers.get(key_id)
        if version != "v1" or cipher is None:
            raise KeyringError(
                f"No key {key_id!r} for {place.table}.{place.column}: set DRAFTLOOP_ENCRYPTION_KEYS."
            )
        try:
            blob = base64.b64decode(payload, validate=True)
            return cipher.decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], place.as_bytes()).decode()
        except (InvalidTag, ValueError) as error:
            raise KeyringError(f"A sealed value in {place.table}.{place.column} does not open.") from error

    def pseudonym(self, user_id: str, *, workspace_id: str) -> str:
        """Return a stable pseudonym of a member for datasets (HMAC-SHA-256, 16 hex digits)."""
        message = f"{workspace_id}\0{user_id}".encode()
        return "p_" + hmac.new(self._pseudonym_key, message, hashlib.sha256).hexdigest()[:16]
