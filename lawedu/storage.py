"""Uploaded files (上传文件): kept encrypted under random names in LAWEDU_DATA/uploads, outside the web root.

Deeds and doors check permissions before they call this; a door that serves a file sends it as an attachment. Rosters
hold phone numbers, stamped forms health grounds: hence the encryption at rest (AES-256-GCM, bound to the file's id).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from lawedu import clock
from lawedu.audit.models import StoredFile
from lawedu.core.errors import NotFound, RuleBroken
from lawedu.core.policy import Actor
from lawedu.db import db

NONCE = 12
LONGEST_NAME = 120


class FileAltered(RuleBroken):
    """The bytes on disk are not those that were uploaded (文件已被改动)."""

    code = "file_altered"
    sentence = "这个文件在服务器上已损坏或被改动，不能打开。请联系系统管理员并重新上传。"


@dataclass(frozen=True)
class OpenedFile:
    """A stored file with its content."""

    record: StoredFile
    data: bytes


def keep(actor: Actor, name: str, media_type: str, data: bytes) -> StoredFile:
    """Keep uploaded bytes and return their record (flushed, not committed).

    A rollback leaves an orphan on disk that nobody can name or open; the name given is only ever shown, never a path.
    """
    file_id = secrets.token_hex(16)
    nonce = secrets.token_bytes(NONCE)
    _write(_path(file_id), nonce + AESGCM(_key()).encrypt(nonce, data, file_id.encode()))
    record = StoredFile(
        id=file_id,
        name=_shown_name(name),
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=actor.staff_number,
        uploaded_at=clock.now(),
    )
    db.session.add(record)
    db.session.flush()
    return record


def open_stored(file_id: str) -> OpenedFile:
    """The file with its content. Raises NotFound, or FileAltered when the bytes are not those that were kept."""
    record = db.session.get(StoredFile, file_id)
    if record is None:
        raise NotFound
    try:
        sealed = _path(record.id).read_bytes()
    except OSError as gone:
        raise FileAltered from gone
    try:
        data = AESGCM(_key()).decrypt(sealed[:NONCE], sealed[NONCE:], record.id.encode())
    except (InvalidTag, ValueError) as altered:
        raise FileAltered from altered
    if hashlib.sha256(data).hexdigest() != record.sha256:
        raise FileAltered
    return OpenedFile(record, data)


def _write(path: Path, sealed: bytes) -> None:
    """On disk before the record is committed: a record without its file must not exist after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())


def _path(file_id: str) -> Path:
    """Two letters of the id as folder, so that none grows too large."""
    folder = Path(current_app.config["LAWEDU_DATA"]) / "uploads"
    return folder / file_id[:2] / f"{file_id}.bin"


def _shown_name(name: str) -> str:
    """The last part of the name without what terminals and headers trip over."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF).strip(" .")
    return shown[-LONGEST_NAME:] or "未命名"


def _key() -> bytes:
    personal: bytes = current_app.config["KEYS"]["personal"]
    return hmac.new(personal, b"stored-file", hashlib.sha256).digest()
