"""Loading the bank: idempotent, versioned, all or nothing, fast."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lawedu.audit.models import AuditEvent
from lawedu.core.errors import NotAllowed
from lawedu.core.policy import MACHINE, Actor, Grant, Role
from lawedu.core.questions import QuestionKind
from lawedu.db import db, transaction
from lawedu.questions import queries, services
from lawedu.questions.bank_files import BankUnreadable
from lawedu.questions.models import LegalBasis, Question, QuestionState, QuestionVersion
from tests.counting import count_queries
from tests.questions.banks import LAW, OTHER_LAW, entry, scrambled, write_bank

CASE = {
    "kind": "case_analysis",
    "options": None,
    "answer": None,
    "parts": [
        {
            "kind": "true_false",
            "stem": f"{scrambled(1, 20)}这一做法合法。",
            "answer": False,
            "why_not": {"true": "没有告知陈述、申辩的权利。"},
            "explanation": "不合法。第三十三条要求说明理由，所以本题应判为错误。",
        },
        {
            "kind": "short_answer",
            "stem": f"{scrambled(2, 20)}下一步依法应当怎样做？",
            "rubric": [{"points": 2.5, "text": "告知"}, {"points": 2, "text": "听取陈述、申辩"}],
            "explanation": "应当先告知，再听取陈述和申辩，然后才能作出决定。",
        },
    ],
}


def load(folder: Path) -> services.BankLoad:
    with transaction():
        return services.load_bank(MACHINE, folder)


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_new_question_comes_in_with_its_version_and_its_basis(app: Flask, tmp_path: Path) -> None:
    done = load(write_bank(tmp_path, [entry(1, why_not={"A": "第二款另有规定。"})]))

    assert done == services.BankLoad(added=1)
    question = db.session.scalars(select(Question)).one()
    version = db.session.scalars(select(QuestionVersion)).one()
    basis = db.session.scalars(select(LegalBasis)).one()
    assert (question.code, question.state, question.for_exam) == ("xzcf-033-0001", QuestionState.PUBLISHED, True)
    assert (version.version_no, version.answer, version.why_not) == (1, "B", {"A": "第二款另有规定。"})
    assert (basis.instrument, basis.article, basis.paragraph) == (LAW, "33", 1)


def test_a_second_run_changes_nothing(app: Flask, tmp_path: Path) -> None:
    folder = write_bank(tmp_path, [entry(number) for number in range(1, 4)])
    load(folder)
    events = count(AuditEvent)

    with transaction(), count_queries() as sent:
        done = services.load_bank(MACHINE, folder)

    assert done == services.BankLoad(unchanged=3)
    assert done.is_nothing
    assert [sql for sql in sent if not sql.startswith(("SELECT", "PRAGMA"))] == []
    assert (count(QuestionVersion), count(AuditEvent)) == (3, events)


def test_changed_content_becomes_a_new_version_and_the_old_one_stays(app: Flask, tmp_path: Path) -> None:
    load(write_bank(tmp_path, [entry(1)]))

    done = load(write_bank(tmp_path, [entry(1, difficulty=5, domain="行政复议与诉讼")]))

    assert done == services.BankLoad(changed=1)
    assert list(db.session.scalars(select(QuestionVersion.difficulty).order_by(QuestionVersion.version_no))) == [2, 5]
    assert queries.count_by_cell() == {(QuestionKind.SINGLE_CHOICE, "行政复议与诉讼", 5): 1}


def test_a_question_missing_from_the_files_retires_and_may_come_back(app: Flask, tmp_path: Path) -> None:
    load(write_bank(tmp_path, [entry(1), entry(2)]))

    assert load(write_bank(tmp_path, [entry(1)])) == services.BankLoad(retired=1, unchanged=1)
    assert sum(queries.count_by_cell().values()) == 1
    assert load(write_bank(tmp_path, [entry(1)])).is_nothing
    assert load(write_bank(tmp_path, [entry(1), entry(2)])) == services.BankLoad(changed=1, unchanged=1)
    assert count(QuestionVersion) == 2


def test_a_question_whose_law_moved_waits_until_its_content_changes(app: Flask, tmp_path: Path) -> None:
    load(write_bank(tmp_path, [entry(1)]))
    with transaction():
        db.session.scalars(select(Question)).one().state = QuestionState.FLAGGED

    assert load(write_bank(tmp_path, [entry(1)])).is_nothing
    assert queries.count_by_cell() == {}
    basis = [{"instrument": OTHER_LAW, "version": "2023-09-01", "article": 33}]
    load(write_bank(tmp_path, [entry(1, basis=basis)]))
    assert sum(queries.count_by_cell().values()) == 1


def test_one_fault_keeps_the_whole_bank_out(app: Flask, tmp_path: Path) -> None:
    folder = write_bank(tmp_path, [entry(1), entry(2, answer="E", checked_on=None)])

    with pytest.raises(services.BankFaulty) as refusal:
        load(folder)

    assert len(refusal.value.faults) == 2
    assert "xzcf-033-0002" in refusal.value.text
    assert count(Question) == 0


@pytest.mark.parametrize("missing", ["domains.yaml", "instruments.yaml"])
def test_a_folder_that_is_no_bank_is_refused(app: Flask, tmp_path: Path, missing: str) -> None:
    write_bank(tmp_path, [entry(1)])
    (tmp_path / missing).unlink()

    with pytest.raises(BankUnreadable):
        load(tmp_path)
    with pytest.raises(BankUnreadable):
        load(tmp_path / "nowhere")


def test_only_reviewers_and_the_machine_may_publish(app: Flask, tmp_path: Path) -> None:
    author = Actor(1, "GX1", "作者", (Grant(Role.AUTHOR),))
    with pytest.raises(NotAllowed), transaction():
        services.load_bank(author, write_bank(tmp_path, [entry(1)]))


def test_two_thousand_questions_load_in_seconds(app: Flask, tmp_path: Path) -> None:
    """Sixty seconds would still pass a slow machine; a statement for every question would not."""
    for number in range(10):
        entries = [entry(i) for i in range(number * 200 + 1, number * 200 + 201)]
        write_bank(tmp_path, entries, f"law-{number}/all.yaml")

    started = time.monotonic()
    with count_queries() as sent:
        done = load(tmp_path)

    assert done == services.BankLoad(added=2000)
    assert sent.count < 200
    assert time.monotonic() - started < 60
    with count_queries() as sent:
        assert load(tmp_path).is_nothing
    assert len(sent.reads) <= 2


def test_picks_come_in_one_statement_and_only_from_published_exam_questions(app: Flask, tmp_path: Path) -> None:
    judgement = entry(3, kind="true_false", options=None, answer=True)
    load(write_bank(tmp_path, [entry(1), entry(2, use=["practice"]), judgement, entry(4, use=["exam"])]))

    with count_queries() as sent:
        picks = queries.list_picks([QuestionKind.SINGLE_CHOICE], uses={1: 7})

    assert sent.count == 1
    assert [(pick.difficulty, pick.uses, pick.option_keys) for pick in picks] == [
        (2, 7, ("A", "B", "C", "D")),
        (5, 0, ("A", "B", "C", "D")),
    ]
    assert picks[0].basis_key == f"{LAW}|33"


def test_an_export_loads_without_any_change(app: Flask, tmp_path: Path) -> None:
    entries = [
        entry(1),
        entry(2, kind="multiple_choice", answer=["A", "C"], why_not={"B": "应当听证。"}),
        entry(3, kind="true_false", options=None, answer=False, why_not={"true": "期限是六十日。"}),
        entry(4, kind="fill_blank", options=None, answer=["六十日", "60日"], use=["exam"]),
        entry(5, kind="short_answer", options=None, answer=None, rubric=[{"points": 2, "text": "告知"}]),
        entry(6, **CASE),
        entry(7, id="xzfy-020-01", basis=[{"instrument": OTHER_LAW, "version": "2023-09-01", "article": "33"}]),
    ]
    load(write_bank(tmp_path / "in", entries))

    assert services.export_bank(MACHINE, tmp_path / "out") == 7
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "domains.yaml",
        "instruments.yaml",
        "xzcf",
        "xzfy",
    ]
    assert load(tmp_path / "out") == services.BankLoad(unchanged=7)
    with pytest.raises(services.FolderNotEmpty):
        services.export_bank(MACHINE, tmp_path / "out")
