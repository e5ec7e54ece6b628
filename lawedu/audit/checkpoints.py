"""Checkpoints (检查点): where the chain stood and when, signed, in a file outside the database.

Whoever holds database and chain key could rewrite the whole chain, or bring yesterday's file back; the checkpoint says
what it was. The file belongs on another machine or on paper as well: `docs/operations.md`.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import select

from lawedu import clock
from lawedu.audit.models import AuditHead
from lawedu.core.chain import START
from lawedu.core.questions import canonical_json
from lawedu.db import db


@dataclass(frozen=True)
class Checkpoint:
    """One line of the file; `is_genuine` is false when its signature or its place in the file is wrong."""

    line: int
    number: int
    mac: str
    at: str
    is_genuine: bool


def folder() -> Path:
    """Where the files lie."""
    data: Path = current_app.config["LAWEDU_DATA"]
    return data / "checkpoints"


def write() -> Checkpoint:
    """Append a signed line for the chain as it stands now and force it to disk. Two writers queue."""
    folder().mkdir(parents=True, exist_ok=True)
    handle = os.open(_path(), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        lines = _path().read_bytes().splitlines()
        head = db.session.execute(select(AuditHead.last_id, AuditHead.mac).where(AuditHead.id == 1)).one_or_none()
        number, mac = (head.last_id, head.mac) if head else (0, START)
        facts = {"number": number, "mac": mac, "at": clock.now().isoformat(), "previous": _hash(lines[-1:])}
        signature = _key().sign(canonical_json(facts))
        whole = {**facts, "signature": base64.b64encode(signature).decode("ascii")}
        os.lseek(handle, 0, os.SEEK_END)
        os.write(handle, canonical_json(whole) + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    return Checkpoint(len(lines) + 1, number, mac, str(facts["at"]), is_genuine=True)


def read() -> list[Checkpoint]:
    """All lines, oldest first, each checked; an empty list when there is no file."""
    lines = _path().read_bytes().splitlines() if _path().exists() else []
    return list(_checked(lines))


def _checked(lines: list[bytes]) -> Iterator[Checkpoint]:
    for place, line in enumerate(lines, 1):
        facts, genuine = _open(line)
        genuine = genuine and facts.get("previous") == _hash(lines[max(place - 2, 0) : place - 1])
        number = facts.get("number")
        yield Checkpoint(
            place,
            number if isinstance(number, int) else 0,
            str(facts.get("mac", "")),
            str(facts.get("at", "")),
            genuine,
        )


def _open(line: bytes) -> tuple[dict[str, Any], bool]:
    try:
        facts = json.loads(line)
        signature = base64.b64decode(facts.pop("signature"), validate=True)
        _key().public_key().verify(signature, canonical_json(facts))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, InvalidSignature):
        return {}, False
    return facts, True


def _hash(line: list[bytes]) -> str:
    return hashlib.sha256(line[0]).hexdigest() if line else ""


def _path() -> Path:
    return folder() / "audit.jsonl"


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(current_app.config["KEYS"]["checkpoint"])
