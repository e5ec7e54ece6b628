"""Time-based codes (动态验证码, RFC 6238): six digits for 30 seconds, from a secret that is kept sealed."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from lawedu.core.errors import RuleBroken

SECONDS = 30
WINDOW = 1
DIGITS = 6
NONCE = 12


class FactorBroken(RuleBroken):
    """The stored secret was not sealed for this person with our key (密文与本人不符)."""

    code = "factor_broken"
    sentence = "动态验证码的密文与账号不符，请联系安全管理员重置。"


def make_secret() -> str:
    """A new secret of 160 bits in base32: what RFC 4226 recommends and every authenticator reads."""
    return pyotp.random_base32()


def seal(person_id: int, secret: str) -> bytes:
    """AES-256-GCM, bound to the person. The nonce stands in front."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, secret.encode(), _owner(person_id))


def open_sealed(person_id: int, sealed: bytes) -> str:
    """The secret. Raises FactorBroken when the bytes belong to somebody else or were altered."""
    try:
        return AESGCM(_key()).decrypt(sealed[:NONCE], sealed[NONCE:], _owner(person_id)).decode()
    except (InvalidTag, ValueError) as error:
        raise FactorBroken from error


def normalise(typed: str) -> str:
    """The six digits, however they were typed (full-width, with a space in the middle); empty when they are none."""
    digits = "".join(unicodedata.normalize("NFKC", typed).split())
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdigit() else ""


def find_step(secret: str, typed: str, now: datetime) -> int:
    """The time step that the code belongs to, one before and one after the present included; 0 when it is none.

    Every step is compared, in constant time: how long the answer takes says nothing about the code.
    """
    totp, code = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS), normalise(typed)
    current = int(now.timestamp()) // SECONDS
    found = 0
    for step in range(current - WINDOW, current + WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            found = step
    return found


def address_of(secret: str, staff_number: str) -> str:
    """The otpauth:// address behind the QR code."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    return totp.provisioning_uri(name=staff_number, issuer_name=current_app.config["SITE_NAME"])


def _owner(person_id: int) -> bytes:
    return f"person:{person_id}".encode()


def _key() -> bytes:
    """A key of its own out of the one for personal data."""
    personal: bytes = current_app.config["KEYS"]["personal"]
    return hmac.new(personal, b"totp-seal", hashlib.sha256).digest()
