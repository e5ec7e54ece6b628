"""Exams for tests (考试角色): a published exam with windows, frozen questions, keys, forms and candidates, made
directly.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient

from lawedu import clock
from lawedu.attempts.models import Attempt
from lawedu.core.exam import ExamKind, ExamState, WindowKind
from lawedu.core.papers import FormMode
from lawedu.core.questions import QuestionKind, sheet_digest
from lawedu.core.scoring import MultipleRule
from lawedu.db import db
from lawedu.exams import snapshots
from lawedu.exams.models import BlueprintCell, Candidate, Exam, ExamItem, ExamKey, ExamWindow, Form
from lawedu.people.models import Person
from lawedu.questions.models import Question, QuestionState, QuestionVersion
from tests import cast

CANARY = "密钥解析金丝雀"
_codes = itertools.count(1)


@dataclass(frozen=True)
class Item:
    """One question of a test exam, in canonical letters."""

    kind: QuestionKind
    answer: Any
    options: dict[str, str] = field(default_factory=dict)
    points: Decimal = Decimal(1)
    order: tuple[str, ...] = ()


OPTIONS = {"A": "甲", "B": "乙", "C": "丙", "D": "丁"}
# Displayed A is the bank's B, and so on: a test that forgets to translate fails.
ITEMS = (
    Item(QuestionKind.SINGLE_CHOICE, "B", OPTIONS, Decimal(40), ("B", "A", "D", "C")),
    Item(QuestionKind.MULTIPLE_CHOICE, ["A", "C"], OPTIONS, Decimal(40), ("D", "C", "B", "A")),
    Item(QuestionKind.TRUE_FALSE, False, {}, Decimal(20)),
)
RIGHT: tuple[Any, ...] = ("A", ["B", "D"], False)


def make_exam(*people: Person, items: Sequence[Item] = ITEMS, **changes: Any) -> Exam:
    """A published exam that is open now (main window), with the people on its roster and one form a window kind.

    `resit`: also a resit window after the main one; `tries`; `forms`: how many; any column of Exam. Committed.
    """
    now = clock.now()
    tries, forms = changes.pop("tries", 1), changes.pop("forms", 1)
    opens_at = changes.pop("opens_at", now - timedelta(hours=1))
    closes_at = changes.pop("closes_at", opens_at + timedelta(days=3))
    resit = changes.pop("resit", False)
    exam = Exam(**{**_settings(now, items), **changes})
    db.session.add(exam)
    db.session.flush()
    exam.windows.append(
        ExamWindow(exam_id=exam.id, kind=WindowKind.MAIN, opens_at=opens_at, closes_at=closes_at, tries=tries)
    )
    kinds = [WindowKind.MAIN]
    if resit:
        later = closes_at + timedelta(days=2)
        exam.windows.append(
            ExamWindow(
                exam_id=exam.id, kind=WindowKind.RESIT, opens_at=later, closes_at=later + timedelta(days=2), tries=1
            )
        )
        kinds.append(WindowKind.RESIT)
    numbers = [_freeze(exam, item, place) for place, item in enumerate(items, 1)]
    _add_forms(exam, items, numbers, kinds, forms)
    for person in people:
        add_candidate(exam, person)
    db.session.commit()
    return exam


def _settings(now: datetime, items: Sequence[Item]) -> dict[str, Any]:
    return {
        "kind": ExamKind.ANNUAL,
        "title": "2026年度国家工作人员普法考试",
        "year": 2026,
        "state": ExamState.PUBLISHED,
        "duration_minutes": 60,
        "pass_mark": Decimal(60),
        "excellent_mark": Decimal(90),
        "full_points": sum((item.points for item in items), Decimal(0)),
        "multiple_rule": MultipleRule.ALL_OR_NOTHING,
        "form_mode": FormMode.FIXED,
        "form_count": 1,
        "shuffle_items": False,
        "shuffle_options": True,
        "score_at_submit": True,
        "seed": 1,
        "published_at": now,
        "paper_hash": f"paper-{next(_codes)}",
        "created_at": now,
    }


def add_candidate(exam: Exam, person: Person, **changes: Any) -> Candidate:
    """The person on the roster. Not committed."""
    row = Candidate(exam_id=exam.id, person_id=person.id, unit_id=person.unit_id, added_at=clock.now(), **changes)
    db.session.add(row)
    db.session.flush()
    return row


def _freeze(exam: Exam, item: Item, place: int) -> int:
    version = _version(item)
    frozen = ExamItem(
        exam_id=exam.id,
        version_id=version.id,
        kind=item.kind,
        domain="行政处罚",
        difficulty=2,
        stem=f"第{place}道题的题干",
        options=item.options,
    )
    db.session.add(frozen)
    db.session.flush()
    db.session.add(
        ExamKey(
            item_id=frozen.id,
            exam_id=exam.id,
            answer=item.answer,
            explanation=f"{CANARY}·解析{place}",
            why_not={letter: f"{CANARY}·错在{letter}" for letter in item.options if letter not in (item.answer or "")},
            basis=[
                {
                    "title": "中华人民共和国行政处罚法",
                    "place": "第三十三条",
                    "article": "33",
                    "paragraph": None,
                    "version": "2021-01-22",
                    "checked_on": "2026-11-20",
                }
            ],
        )
    )
    db.session.add(
        BlueprintCell(
            exam_id=exam.id, position=place, kind=item.kind, domain=None, difficulty=None, count=1, points=item.points
        )
    )
    return frozen.id


def _version(item: Item) -> QuestionVersion:
    now = clock.now()
    question = Question(
        code=f"test-{next(_codes)}",
        state=QuestionState.PUBLISHED,
        kind=item.kind,
        domain="行政处罚",
        difficulty=2,
        for_practice=False,
        for_exam=True,
        version_no=1,
        content_hash="",
    )
    version = QuestionVersion(
        question=question,
        version_no=1,
        kind=item.kind,
        stem="题干",
        options=item.options,
        answer=item.answer,
        why_not={},
        parts=[],
        explanation="",
        domain="行政处罚",
        difficulty=2,
        audience=["all"],
        created_at=now,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _add_forms(
    exam: Exam, items: Sequence[Item], numbers: Sequence[int], kinds: Sequence[WindowKind], count: int
) -> None:
    number = 0
    texts = {
        str(row.id): snapshots.item_hash(row.kind, row.stem, row.options)
        for row in db.session.query(ExamItem).filter_by(exam_id=exam.id)
    }
    for kind in kinds:
        for _ in range(count):
            number += 1
            layout = [
                {"item": str(item_id), "points": f"{item.points:.2f}", "order": list(item.order)}
                for item_id, item in zip(numbers, items, strict=True)
            ]
            digest = snapshots.form_hash(exam.id, number, layout, texts)
            db.session.add(Form(exam_id=exam.id, number=number, layout=layout, hash=digest, window_kind=kind))


def add_forms(exam: Exam, count: int) -> None:
    """Forms for an exam that has lost its own. Committed."""
    numbers = [row.id for row in db.session.query(ExamItem).filter_by(exam_id=exam.id).order_by(ExamItem.id)]
    _add_forms(exam, ITEMS, numbers, [WindowKind.MAIN], count)
    db.session.commit()


class Sitter:
    """A candidate's page with its script (考生): one tab, numbering its own operations."""

    def __init__(self, client: FlaskClient, attempt_id: int, client_id: str = "tab-1") -> None:
        self.client = client
        self.id = attempt_id
        self.tab = client_id
        self.page = client.get(f"/attempts/{attempt_id}").text
        self.block = block_in(self.page)
        self.token: str = self.block["csrf_token"]
        self.items: list[str] = [one["item"] for one in self.block["items"]]
        self.epoch: int = self.block["epoch"]
        self.seq: int = self.block["next_seq"]

    def op(self, place: int, value: Any, seq: int | None = None) -> dict[str, Any]:
        """The next operation on the question at `place` (from 0)."""
        if seq is None:
            seq, self.seq = self.seq, self.seq + 1
        return {"seq": seq, "item": self.items[place], "value": value}

    def post(self, action: str, content: Any, **headers: str) -> Any:
        """POST JSON to a door of this attempt."""
        return self.client.post(
            f"/attempts/{self.id}/{action}",
            data=json.dumps(content),
            headers={"X-CSRF-Token": self.token, "Content-Type": "application/json", **headers},
        )

    def send(self, *ops: dict[str, Any], **more: Any) -> Any:
        """Save operations."""
        return self.post("ops", {"client": self.tab, "epoch": self.epoch, "ops": list(ops), **more})

    def answer(self, place: int, value: Any) -> Any:
        """Save one answer."""
        return self.send(self.op(place, value))

    def sheet(self) -> dict[str, Any]:
        """The sheet as the server renders it."""
        found: dict[str, Any] = block_in(self.client.get(f"/attempts/{self.id}").text)["sheet"]
        return found

    def submit(self, *ops: dict[str, Any], sheet: dict[str, Any] | None = None) -> Any:
        """Hand in what the page shows (default: what the server has)."""
        shown = self.sheet() if sheet is None else sheet
        content = {"client": self.tab, "epoch": self.epoch, "ops": list(ops), "digest": sheet_digest(shown)}
        return self.post("submit", content)


_BLOCK = re.compile(r'<script type="application/json" id="attempt">(.*?)</script>', re.DOTALL)


def block_in(page: str) -> dict[str, Any]:
    """The JSON that the answering page carries for its script."""
    found = _BLOCK.search(page)
    assert found, page[:2000]
    block: dict[str, Any] = json.loads(found[1])
    return block


def start(client: FlaskClient, exam: Exam | int) -> Sitter:
    """Press 开始考试 and open the answering page."""
    exam_id = exam if isinstance(exam, int) else exam.id
    answer = press_start(client, exam_id)
    assert answer.status_code == 303, answer.text
    return Sitter(client, int(answer.location.rsplit("/", 1)[1]))


def press_start(client: FlaskClient, exam_id: int) -> Any:
    """POST start with the token of the page that posts to the site."""
    return cast.post(client, f"/exams/{exam_id}/start", page="/password")


def get_attempt(attempt_id: int) -> Attempt:
    """The row itself, read anew."""
    db.session.rollback()
    row = db.session.get(Attempt, attempt_id)
    assert row is not None
    return row


def without_token(page: str) -> str:
    """A page without its tokens, which differ each time."""
    return re.sub(r'(name="csrf_token" value=|"csrf_token": ?)"[^"]*"', "", page)


class _Fields(HTMLParser):
    """What a browser would post of the form that saves."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.inside = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.inside = named.get("action", "").endswith("/ops")
        if tag != "input" or not named.get("name") or not self.inside:
            return
        if named.get("type") in ("radio", "checkbox") and "checked" not in named:
            return
        self.found.setdefault(named["name"], []).append(named.get("value", "on"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def fields_of(page: str) -> dict[str, list[str]]:
    """The fields of the answering form as a browser without script posts them (text areas left out)."""
    parser = _Fields()
    parser.feed(page)
    return parser.found


def instant(moment: datetime) -> str:
    """As times stand in JSON."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
