"""Mobile numbers (手机号): encrypted in the row they belong to, found by a keyed hash, shown with the middle hidden."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from lawedu.core.errors import BadInput

MOBILE = re.compile(r"1[3-9]\d{9}")
NONCE = 12


class SealBroken(BadInput):
    """The stored number was not sealed for this row with our key (密文与记录不符)."""

    status = 409
    code = "seal_broken"
    sentence = "手机号的密文与记录不符，请重新登记。"


def normalise(text: str) -> str:
    """Eleven digits of a mainland number, without spaces, hyphens and +86; empty when it is none."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", digits)
    return digits if MOBILE.fullmatch(digits) and digits.isascii() else ""


def seal(person_key: str, number: str) -> bytes:
    """AES-256-GCM, bound to the row: `person_key` is the staff number. The nonce stands in front."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key("seal")).encrypt(nonce, number.encode(), person_key.encode())


def open_sealed(person_key: str, sealed: bytes) -> str:
    """The number. Raises SealBroken when the bytes were moved to another row or altered."""
    try:
        return AESGCM(_key("seal")).decrypt(sealed[:NONCE], sealed[NONCE:], person_key.encode()).decode()
    except InvalidTag as error:
        raise SealBroken from error


def hash_mobile(number: str) -> str:
    """Keyed hash to look a number up by, 64 hex digits."""
    return hmac.new(_key("hash"), number.encode(), hashlib.sha256).hexdigest()


def mask(number: str) -> str:
    """138****5678"""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 7 else ""


def _key(use: str) -> bytes:
    """Two keys out of the one for personal data, so that the hash says nothing about the cipher."""
    personal: bytes = current_app.config["KEYS"]["personal"]
    return hmac.new(personal, f"mobile-{use}".encode(), hashlib.sha256).digest()
