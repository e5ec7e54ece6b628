"""One-time codes of activation slips (激活码): 100 bits, only the hash is kept, a new one kills the old one."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import timedelta

# Without 0, 1, I and O: people type these from paper.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 20
GROUP = 5
VALID_FOR = timedelta(days=14)


def make() -> str:
    """A new code in four groups: 20 letters of 32, that is 100 bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def normalise(typed: str) -> str:
    """The letters alone, in capitals: spaces, hyphens and full-width forms do not matter."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def hash_code(typed: str) -> str:
    """What the database keeps. A plain hash is enough for 100 random bits."""
    return hashlib.sha256(normalise(typed).encode()).hexdigest()
