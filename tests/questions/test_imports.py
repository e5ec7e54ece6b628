"""Importing questions: nothing comes into the bank before a person has settled every doubt and said so."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask

from lawedu.audit.models import AuditEvent
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.people.models import Person, Unit
from lawedu.questions.import_models import ImportRow, ImportState, QuestionImport
from lawedu.questions.models import LegalBasis, Question, QuestionOrigin, QuestionState, QuestionVersion, VersionState
from tests.cast import browser, count, official, post
from tests.counting import count_queries
from tests.questions.banks import entry
from tests.questions.bench_stage import add_law, load
from tests.questions.samples import TextStyle, bank_questions, write_text

pytestmark = pytest.mark.usefixtures("app")
IMPORT = "/bench/questions/import"
TEXT = """一、单项选择题
1、当事人要求听证的，应当在行政机关告知后（　）内提出。
A、三日
B、五日
C、七日
D、十日
答案：B
解析：依据《行政处罚法》第33条第一款，期限为五日。
2、对违法行为给予行政处罚的规定应当公布，未经公布的，（　）。
A、可以作为依据
B、不得作为依据
C、报上级批准后可以作为依据
答案：E
二、判断题
1、行政机关可以依法制定行政处罚裁量基准。
答案：√
"""


def upload(client: Any, text: str = TEXT, name: str = "题库.txt", **fields: str) -> Any:
    data = {"file": (io.BytesIO(text.encode("gb18030")), name), "domain": "", "use": "exam", **fields}
    return post(client, IMPORT, data, content_type="multipart/form-data")


def rows() -> list[ImportRow]:
    db.session.rollback()
    return list(db.session.query(ImportRow).order_by(ImportRow.position))


def address(row: ImportRow, deed: str = "") -> str:
    return f"{IMPORT}/{row.import_id}/rows/{row.id}{deed}"


def settled(**changes: Any) -> dict[str, Any]:
    fields = {
        "kind": "single_choice",
        "stem": "未经公布的规定，（　）。",
        "options": "A．可以作为依据\nB．不得作为依据",
        "answer": "Ｂ",
        "explanation": "",
    }
    return {**fields, **changes}


def test_the_file_is_shown_as_understood_and_nothing_is_in_the_bank(author: Any) -> None:
    answer = upload(author)

    assert answer.status_code == 303
    assert [row.state for row in rows()] == [ImportState.CLEAR, ImportState.DOUBTFUL, ImportState.CLEAR]
    assert count(Question) == 0
    page = author.get(answer.location).text
    assert "答案 E 不在选项里。" in page
    assert "原文第 9–13 行" in page
    assert "导入 2 题为草稿" in page
    assert "当事人要求听证的" in author.get(answer.location + "?tab=clear").text


def test_what_is_clear_becomes_a_draft_of_the_importer_with_its_place_and_basis(author: Any, han: Person) -> None:
    add_law()
    place = upload(author, use="exam").location

    assert post(author, f"{place}/apply", page=place).status_code == 303

    first, doubtful, _ = rows()
    assert (first.state, doubtful.state) == (ImportState.SAVED, ImportState.DOUBTFUL)
    question = db.session.get(Question, first.question_id)
    assert question is not None
    assert (question.state, question.origin, question.code) == (
        QuestionState.DRAFT,
        QuestionOrigin.SYSTEM,
        f"gx-{question.id:05d}",
    )
    [version] = db.session.query(QuestionVersion).filter_by(question_id=question.id)
    assert (version.state, version.author_id, version.answer, version.use) == (
        VersionState.DRAFT,
        han.id,
        "B",
        ["exam"],
    )
    assert "题库.txt" in version.reason
    [basis] = db.session.query(LegalBasis).filter_by(version_id=version.id)
    assert (basis.article, basis.paragraph) == ("33", 1)
    assert author.get(f"/bench/questions/{question.id}/edit").status_code == 200
    assert count(AuditEvent, action="question.import") == 1


def test_importing_twice_writes_once(author: Any) -> None:
    place = upload(author).location
    post(author, f"{place}/apply", page=place)

    again = post(author, f"{place}/apply", page=place)

    assert again.status_code == 409
    assert "没有可以导入的题" in again.text
    assert count(Question) == 2


def test_a_doubt_is_settled_by_hand_and_leads_to_the_next(author: Any) -> None:
    place = upload(author).location
    _, doubtful, _ = rows()
    page = author.get(address(doubtful)).text
    assert "C、报上级批准后可以作为依据" in page

    done = post(author, address(doubtful), settled())

    assert done.status_code == 303
    assert done.location.endswith("tab=clear")
    _, row, _ = rows()
    assert (row.state, row.entry["answer"], row.entry["options"]) == (
        ImportState.SETTLED,
        "B",
        {"A": "可以作为依据", "B": "不得作为依据"},
    )
    post(author, f"{place}/apply", page=place)
    assert count(Question, state=QuestionState.DRAFT) == 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"answer": "E"}, "答案 E 不在选项里。"),
        ({"answer": ""}, "与选项对不上"),
        ({"answer": "AB"}, "单选题只有一个答案。"),
        ({"kind": "multiple_choice"}, "多选题至少有两个答案"),
        ({"kind": ""}, "请选择题型"),
        ({"stem": " "}, "请填写题干"),
        ({"options": "只有一个"}, "请写 2 至 8 个选项"),
        ({"kind": "true_false"}, "判断题没有选项"),
        ({"kind": "true_false", "options": ""}, "请写“正确”或者“错误”"),
        ({"kind": "fill_blank", "options": "", "answer": ""}, "请填写答案"),
        ({"stem": "\x00甲乙丙丁"}, "无法保存的字符"),
    ],
)
def test_a_question_that_does_not_fit_together_is_not_settled(
    author: Any, changes: dict[str, str], sentence: str
) -> None:
    upload(author)

    refused = post(author, address(rows()[1]), settled(**changes))

    assert refused.status_code == 422
    assert sentence in refused.text
    assert rows()[1].state is ImportState.DOUBTFUL


def test_a_settled_case_and_a_written_answer_keep_their_text(author: Any) -> None:
    upload(author)
    row = rows()[1]
    answer = "先听取陈述（2分）\n再作出决定（3分）"
    post(author, address(row), settled(kind="short_answer", options="", answer=answer))

    assert rows()[1].entry["rubric"] == [
        {"points": "2", "text": "先听取陈述"},
        {"points": "3", "text": "再作出决定"},
    ]


def test_a_discarded_question_stays_out_and_can_come_back(author: Any) -> None:
    place = upload(author).location
    _, doubtful, last = rows()
    post(author, address(doubtful, "/discard"), page=place)
    post(author, address(last, "/discard"), page=place)
    post(author, f"{place}/apply", page=place)
    assert count(Question) == 1

    assert post(author, address(doubtful, "/restore"), page=place).status_code == 303
    post(author, address(last, "/restore"), page=place)

    assert [row.state for row in rows()] == [ImportState.SAVED, ImportState.DOUBTFUL, ImportState.CLEAR]


def test_what_has_become_a_draft_is_changed_there(author: Any) -> None:
    place = upload(author).location
    post(author, f"{place}/apply", page=place)
    first = rows()[0]

    assert post(author, address(first), settled(), page=place).status_code == 409
    assert post(author, address(first, "/discard"), page=place).status_code == 409
    assert rows()[0].state is ImportState.SAVED


def test_doubts_of_one_kind_are_confirmed_together_when_the_questions_are_whole(author: Any) -> None:
    style = TextStyle(heading="", restart=False)
    place = upload(author, "\n".join(write_text(bank_questions(3), style))).location
    assert "题型按答案推断为单选题" in author.get(place).text
    inferred = sum("kind_inferred" in dict(row.doubts) for row in rows())
    assert inferred

    post(author, f"{place}/confirm", {"code": "kind_inferred"}, page=place)

    assert not any("kind_inferred" in dict(row.doubts) for row in rows())
    assert sum(row.state is ImportState.SETTLED for row in rows()) == inferred
    upload(author)
    other = max(row.import_id for row in rows())
    post(author, f"{IMPORT}/{other}/confirm", {"code": "answer_outside"}, page=place)
    assert any(row.state is ImportState.DOUBTFUL for row in rows() if row.import_id == other)


def test_a_question_that_the_bank_has_is_named(author: Any, tmp_path: Any) -> None:
    held = entry(1)
    load(tmp_path, held)
    options = "\n".join(f"{key}．{text}" for key, text in held["options"].items())
    upload(author, f"一、单选题\n1．{held['stem']}\n{options}\n答案：{held['answer']}\n")

    [row] = rows()
    assert dict(row.doubts)["duplicate"] == f"与题库 {held['id']} 相同，请核对是否还要导入。"


def test_a_question_twice_in_the_file_is_doubted_once(author: Any) -> None:
    body = TEXT.split("2、对")[0]
    upload(author, body + body.replace("一、单项选择题\n1、", "2、"))

    first, second = rows()
    assert not first.doubts
    assert "与本文件第 2 行的题相同" in second.doubts[0][1]


def test_nobody_else_sees_an_import(app: Flask, author: Any, office: Unit) -> None:
    place = upload(author).location
    other = browser(app, official(office, "另一位", Role.AUTHOR))

    for url in (place, f"{place}/file", address(rows()[0])):
        assert other.get(url).status_code == 404
    for deed in ("apply", "confirm"):
        assert post(other, f"{place}/{deed}", page=IMPORT).status_code == 404
    assert post(other, address(rows()[0], "/discard"), page=IMPORT).status_code == 404
    assert "题库.txt" not in other.get(IMPORT).text
    assert count(Question) == 0


def test_only_authors_import(app: Flask, reviewer: Any, wang: Person) -> None:
    assert reviewer.get(IMPORT).status_code == 403
    assert browser(app, wang).get(IMPORT).status_code == 403


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "没有识别出试题"),
        ("某某通知\n各单位：\n请做好工作。".encode(), "没有识别出试题"),
        (b"%PDF-1.7", "这种文件不能读取"),
        (b"PK\x03\x04broken", "文件无法读取"),
        (b"[]", "没有找到试题"),
        (b"[{", "文件无法读取"),
    ],
)
def test_a_file_without_questions_is_refused_by_name(author: Any, data: bytes, sentence: str) -> None:
    given = {"file": (io.BytesIO(data), "a.docx"), "use": "both", "domain": ""}
    answer = post(author, IMPORT, given, content_type="multipart/form-data")

    assert answer.status_code >= 400
    assert sentence in answer.text
    assert count(QuestionImport) == 0


def test_a_list_asks_as_many_questions_of_the_database_for_one_as_for_many(author: Any) -> None:
    place = upload(author).location
    with count_queries() as few:
        author.get(place + "?tab=clear")
    many = upload(author, "\n".join(write_text(bank_questions(10), TextStyle()))).location
    with count_queries() as more:
        author.get(many + "?tab=clear")

    assert more.count == few.count


def test_the_original_file_comes_back(author: Any) -> None:
    place = upload(author).location

    assert author.get(f"{place}/file").data == TEXT.encode("gb18030")
