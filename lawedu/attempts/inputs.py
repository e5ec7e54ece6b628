"""What comes in with a save (保存请求): JSON of the page's script, or the fields of the plain form, as plain values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol

from lawedu.attempts.journal import Batch, RawOperation
from lawedu.attempts.paper_queries import AnswerRule
from lawedu.attempts.refusals import Malformed, TooMuch
from lawedu.core.questions import SEVERAL, QuestionKind, Value

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
MOST_OPERATIONS = 200
GREATEST_NUMBER = 2**53 - 1
LARGEST_BODY = 4 * 1024 * 1024
CLIENT = re.compile(r"[\x21-\x7e]{1,64}")
DIGEST = re.compile(r"[0-9a-f]{64}")


def read_json(body: bytes) -> dict[str, Any]:
    """The object in a body. Raises Malformed."""
    try:
        content = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(content, dict):
        raise Malformed
    return content


def _no_constant(name: str) -> None:
    raise ValueError(name)


def read_batch(content: Mapping[str, Any]) -> Batch:
    """The operations of a save (contract.md, `POST …/ops`). Raises Malformed, TooMuch."""
    client, epoch, operations = content.get("client"), content.get("epoch"), content.get("ops")
    if not isinstance(client, str) or not CLIENT.fullmatch(client) or not isinstance(operations, list):
        raise Malformed
    if len(operations) > MOST_OPERATIONS:
        raise TooMuch
    return Batch(client, _number(epoch), [_operation(one) for one in operations])


def _operation(one: Any) -> RawOperation:
    if not isinstance(one, dict):
        raise Malformed
    # A missing value is no answer of any shape; a missing item is no item of the paper.
    return RawOperation(_number(one.get("seq")), one.get("item"), one.get("value", _NOTHING))


_NOTHING = object()


def _number(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= GREATEST_NUMBER:
        raise Malformed
    return value


def read_digest(content: Mapping[str, Any]) -> str:
    """The digest of the sheet that the page shows. Raises Malformed."""
    digest = content.get("digest")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise Malformed
    return digest


class Fields(Protocol):
    """Form fields, several values a name."""

    def __contains__(self, name: object) -> bool: ...

    def getlist(self, name: str) -> list[str]: ...


def read_changes(fields: Fields, rules: Mapping[str, AnswerRule]) -> list[tuple[str, Value]]:
    """The answers that differ from what the page showed: field `a-<item>` against the hidden `was-<item>` (JSON).

    An item without its hidden field was not on the page. Raises Malformed.
    """
    changes = []
    for item, rule in rules.items():
        if f"was-{item}" not in fields:
            continue
        shown = _rendered(fields.getlist(f"was-{item}")[0])
        value = _written(rule, fields.getlist(f"a-{item}"))
        if value is not _UNTOUCHED and value != shown:
            changes.append((item, value))
    return changes


_UNTOUCHED: Any = object()


def _rendered(text: str) -> Value:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if value is not None and not isinstance(value, str | bool | list):
        raise Malformed
    return value


def _written(rule: AnswerRule, values: list[str]) -> Any:
    if rule.kind in SEVERAL:
        return sorted(set(values)) or None
    if not values:
        # A radio button cannot be cleared and a text field is always sent: nothing came, nothing was meant.
        return _UNTOUCHED
    if rule.kind is QuestionKind.TRUE_FALSE:
        return {"true": True, "false": False}.get(values[0], values[0])
    # Browsers send text with CR LF.
    return values[0].replace("\r\n", "\n") or None
