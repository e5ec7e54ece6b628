"""Receipts (交卷回执): what was handed in and when, signed with Ed25519 so that anyone can check it without the
database.

The signed bytes are the canonical JSON of everything but the signature; Ed25519 needs no chance, so the receipt of
an expired attempt is the same whether it is stored or computed.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app
from sqlalchemy import select

from lawedu.attempts import queries
from lawedu.attempts.models import Receipt
from lawedu.attempts.queries import Sitting
from lawedu.core.attempt import EndReason, receipt_body
from lawedu.core.errors import BadInput, RuleBroken
from lawedu.core.questions import Value, canonical_json
from lawedu.db import db
from lawedu.exams.models import Exam, Form

LARGEST = 64 * 1024


class NotAReceipt(BadInput):
    """The file is not a receipt at all (不是回执)."""

    code = "not_a_receipt"
    sentence = "这个文件不是交卷回执，或者已经损坏，无法核对。"


class ForgedReceipt(RuleBroken):
    """The signature does not fit the text (回执被改动)."""

    code = "forged_receipt"
    sentence = "回执内容与签名不一致：回执被改动过，或者不是本系统出具的。"


@dataclass(frozen=True)
class Paper:
    """What a receipt says of exam and paper."""

    exam_title: str
    paper_hash: str
    total_items: int


def get_paper_facts(form_id: int) -> Paper:
    """Title, hash and number of items of the paper that was sat."""
    row = db.session.execute(
        select(Exam.title, Form.hash, Form.layout).join(Exam, Exam.id == Form.exam_id).where(Form.id == form_id)
    ).one()
    return Paper(row.title, row.hash, len(row.layout))


def issue(sitting: Sitting, paper: Paper, sheet: Mapping[str, Value], ended_at: datetime, reason: EndReason) -> bytes:
    """The receipt's exact bytes. The same facts always give the same bytes."""
    body = receipt_body(
        number=sitting.receipt_number,
        exam_id=sitting.exam_id,
        exam_title=paper.exam_title,
        attempt_id=sitting.id,
        paper_hash=paper.paper_hash,
        salt=bytes.fromhex(sitting.receipt_salt),
        sheet=sheet,
        total_items=paper.total_items,
        ended_at=ended_at,
        reason=reason,
    )
    body["key"] = key_id()
    signature = _private_key().sign(canonical_json(body))
    return canonical_json({**body, "signature": base64.b64encode(signature).decode("ascii")})


def expired(sitting: Sitting, paper: Paper, sheet: Mapping[str, Value]) -> bytes:
    """The receipt of an attempt whose time ran out: it ended at its deadline, whoever noticed when."""
    return issue(sitting, paper, sheet, sitting.deadline_at, EndReason.EXPIRED)


def find(sitting: Sitting, now: datetime) -> bytes | None:
    """The receipt of an ended attempt, stored or, when nobody has written its expiry down yet, computed: the same
    bytes.
    """
    stored = queries.find_receipt_bytes(sitting.id)
    if stored is not None or not sitting.is_due(now):
        return stored
    queries.wait_for_saves(sitting.id)
    return expired(sitting, get_paper_facts(sitting.form_id), queries.get_sheet(sitting.id))


def keep(sitting: Sitting, body: bytes, now: datetime) -> None:
    """Store the bytes; they are never made again."""
    db.session.add(Receipt(attempt_id=sitting.id, number=sitting.receipt_number, body=body, created_at=now))
    db.session.flush()


def verify(text: bytes) -> dict[str, Any]:
    """The receipt's content when it is genuine. Raises NotAReceipt, ForgedReceipt."""
    content = _read(text)
    signature = content.pop("signature")
    try:
        _public_key().verify(base64.b64decode(signature, validate=True), canonical_json(content))
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise ForgedReceipt from error
    return content


def _read(text: bytes) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise NotAReceipt
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotAReceipt from error
    if not isinstance(content, dict) or not isinstance(content.get("signature"), str) or "number" not in content:
        raise NotAReceipt
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice would be read differently by different readers."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise NotAReceipt
    return dict(pairs)


def _private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(current_app.config["KEYS"]["receipt"])


def _public_key() -> Ed25519PublicKey:
    return _private_key().public_key()


def key_id() -> str:
    """The public key in hex: whoever holds a receipt can check it with any Ed25519 tool, and compare the key with
    ours.
    """
    return _public_key().public_bytes_raw().hex()
