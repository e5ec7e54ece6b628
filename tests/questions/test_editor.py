"""The editor: drafts, checks, the law beside the question; nothing typed is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from lawedu.people.models import Person, Unit
from lawedu.questions.models import Question, QuestionState, QuestionVersion, VersionState
from tests.cast import browser, count, post
from tests.counting import count_queries
from tests.questions import bench_stage
from tests.questions.banks import LAW, scrambled
from tests.questions.bench_stage import add_law, fields, load, on, question, versions, write

pytestmark = pytest.mark.usefixtures("app")


def only() -> Question:
    return question(1)


def test_a_draft_is_saved_complete_or_not(author: Any) -> None:
    assert write(author, stem="只有题干", **{"basis-0-cite": "", "right": [], "domain": ""}).status_code == 303

    [version] = versions(only().id)
    assert (only().state, only().code, version.stem) == (QuestionState.DRAFT, f"gx-{only().id:05d}", "只有题干")
    assert version.state is VersionState.DRAFT
    assert "请填写至少一条法律依据" in author.get(f"/bench/questions/{only().id}/edit").text


def test_a_basis_is_picked_by_typing_and_its_text_stands_beside_the_question(author: Any) -> None:
    add_law()

    write(author, **{"basis-0-cite": "行政处罚法第三十三条第二款"})

    [version] = versions(only().id)
    [basis] = version.basis
    assert (basis.instrument, basis.instrument_version.isoformat(), basis.article, basis.paragraph) == (
        LAW,
        "2021-01-22",
        "33",
        2,
    )
    page = author.get(f"/bench/questions/{only().id}/edit").text
    assert "没有造成危害后果的，不予行政处罚" in page
    assert "没有发现问题" in page


def test_the_script_gets_the_article_or_laws_that_resemble_what_was_typed(author: Any) -> None:
    add_law()

    found = author.get("/bench/questions/law?q=行政处罚法 33").json
    assert (found["found"], found["instrument"], found["article"]) == (True, LAW, "33")
    assert found["label"] == f"《{LAW}》第三十三条"
    assert found["standing"] == "in_force"
    assert author.get("/bench/questions/law?q=行政处罚法 99").json == {"found": False, "laws": [LAW]}
    assert author.get("/bench/questions/law?q=%00").json["found"] is False


def test_a_law_that_is_not_loaded_is_kept_as_typed_and_said_to_be_so(author: Any) -> None:
    typed = {
        "basis-0-cite": "",
        "basis-0-instrument": "某某管理条例",
        "basis-0-version": "2020-05-01",
        "basis-0-article": "33",
        "basis-0-paragraph": "2",
    }
    write(author, **typed)

    [basis] = versions(only().id)[0].basis
    assert (basis.instrument, basis.article, basis.paragraph) == ("某某管理条例", "33", 2)
    assert "依据未入库" in author.get(f"/bench/questions/{only().id}/edit").text
    assert post(author, f"/bench/questions/{only().id}/edit", fields(do="submit", **typed)).status_code == 303


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"basis-0-cite": "没有的法 33"}, "法条库中没有找到“没有的法 33”"),
        ({"basis-0-cite": "", "basis-0-instrument": "某法", "basis-0-article": "三"}, "请填写条号"),
        (
            {"basis-0-cite": "", "basis-0-instrument": "某法", "basis-0-version": "去年"},
            "请填写文本所含最近一次修改的日期",
        ),
        ({"kind": "essay", "rubric-0-points": "很多", "rubric-0-text": "要点"}, "分值须大于 0"),
        ({"stem": "题" * 2001}, "内容过长"),
        ({"stem": "题\x00干"}, "无法保存的字符"),
    ],
)
def test_what_cannot_be_saved_is_refused_and_everything_typed_stays(
    author: Any, changes: dict[str, Any], words: str
) -> None:
    add_law()

    answer = write(author, **changes)

    assert answer.status_code == 422
    assert words in answer.text
    assert fields()["options-1-text"] in answer.text
    assert count(Question) == 0


def test_handing_in_needs_a_clean_check_and_keeps_what_was_typed(author: Any) -> None:
    add_law()

    answer = write(author, "submit", explanation="太短，而且没有条号。")

    assert answer.status_code == 409
    assert "解析没有写明法条，请写出第三十三条" in answer.text
    assert "太短，而且没有条号。" in answer.text
    assert count(Question) == 0


def test_a_question_on_a_changed_article_cannot_be_handed_in(author: Any) -> None:
    add_law()
    write(author)
    add_law({33: "违法行为轻微的，可以不予行政处罚。"}, version_on=date(2026, 6, 1))

    answer = post(author, "/bench/questions/1/edit", fields(do="submit", **{"basis-0-cite": "", **BASIS}))

    assert answer.status_code == 409
    assert "第三十三条已经修改" in answer.text


BASIS = {"basis-0-instrument": LAW, "basis-0-version": "2021-01-22", "basis-0-article": "33"}


def test_a_quotation_that_is_not_literal_is_a_fault(author: Any) -> None:
    add_law()
    wrong = f"{fields()['explanation'][:60]}法条写的是“违法行为轻微并马上改正，没有造成危害后果”。"

    assert "与法条原文不一致" in write(author, "submit", explanation=wrong).text
    right = wrong.replace("马上", "及时")
    assert write(author, "submit", explanation=right).status_code == 303


def test_the_same_question_again_is_found_over_the_whole_bank(author: Any, tmp_path: Any) -> None:
    add_law()
    load(tmp_path, on(33, 1))

    answer = write(author, "submit")

    assert answer.status_code == 409
    assert "与 xzcf-033-0001 相同" in answer.text


def test_the_check_while_typing_says_the_same_and_keeps_nothing(author: Any) -> None:
    add_law()

    page = author.get("/bench/questions/new").text
    assert 'data-check="/bench/questions/check"' in page
    answer = post(author, "/bench/questions/check", fields(stem=""), page="/bench/questions/new")
    assert (answer.json["faults"], answer.json["warnings"]) == (["请填写题干。"], [])
    assert fields()["options-0-text"] in answer.json["preview"]
    assert count(Question) == 0


def test_warnings_do_not_keep_a_question_from_being_handed_in(author: Any) -> None:
    add_law()
    options = {"options-0-text": "一律不予处罚", "options-1-text": "可以不予处罚"}

    answer = post(author, "/bench/questions/check", fields(**options), page="/bench/questions/new")

    assert answer.json["faults"] == []
    assert "选项A用了“一律”" in answer.json["warnings"][0]
    assert write(author, "submit", **options).status_code == 303


@pytest.mark.parametrize(
    ("deed", "there", "gone"),
    [
        ("add-option", 'name="options-4-text"', 'name="options-5-text"'),
        ("remove-option-1", 'name="options-2-text"', 'name="options-3-text"'),
        ("add-basis", 'name="basis-1-cite"', 'name="basis-2-cite"'),
        ("remove-option-99", 'name="options-3-text"', 'name="options-4-text"'),
        ("nonsense", 'name="options-3-text"', 'name="options-4-text"'),
        ("add-option@7", 'name="options-3-text"', 'name="options-4-text"'),
    ],
)
def test_rows_come_and_go_without_script_and_without_saving(author: Any, deed: str, there: str, gone: str) -> None:
    page = write(author, deed).text

    assert there in page
    assert gone not in page
    assert fields()["stem"] in page
    assert count(Question) == 0


def test_removing_an_option_keeps_the_mark_on_the_right_one(author: Any) -> None:
    page = write(author, "remove-option-0", right="C").text

    assert 'value="B" id="right-B" data-right checked' in page


def test_every_kind_is_written_saved_and_shown_again(author: Any) -> None:
    add_law()
    part = {"kind": "single_choice", "stem": f"{scrambled(3, 20)}（　）。", "right": "A", "explanation": "第三十三条。"}
    part |= {"options-0-text": "听证", "options-1-text": "复议"}
    judged = {
        "kind": "true_false",
        "stem": f"{scrambled(4, 20)}合法。",
        "judgement": "false",
        "explanation": "不合法。",
    }
    case = {f"parts-0-{name}": value for name, value in part.items()}
    case |= {f"parts-1-{name}": value for name, value in judged.items()}
    kinds: dict[str, dict[str, Any]] = {
        "multiple_choice": {"right": ["A", "C"]},
        "indeterminate_choice": {"right": ["B"]},
        "true_false": {"judgement": "true", "judgement_why": "期限是五日。"},
        "fill_blank": {"blanks": "五日\n5日"},
        "short_answer": {"rubric-0-points": "2.5", "rubric-0-text": "告知权利"},
        "essay": {"rubric-0-points": "3", "rubric-0-text": "说明理由"},
        "case_analysis": case,
    }
    for number, (kind, changes) in enumerate(kinds.items(), 1):
        answer = write(author, "submit", kind=kind, stem=scrambled(number + 50, 40), **changes)
        assert answer.status_code == 303, (kind, answer.text)
    db_kinds = {version.kind.value for number in range(1, 8) for version in versions(number)}
    assert db_kinds == set(kinds)
    assert [part["answer"] for part in versions(7)[0].parts] == ["A", False]
    post(author, "/bench/questions/7/withdraw", page="/bench/questions/7")
    page = author.get("/bench/questions/7/edit").text
    assert "听证" in page
    assert 'name="parts-1-stem"' in page


def test_an_older_window_does_not_overwrite_a_newer_saving(author: Any) -> None:
    write(author, **{"basis-0-cite": ""})
    edit = "/bench/questions/1/edit"
    assert post(author, edit, fields(stem="先保存的", do="save", **{"basis-0-cite": ""})).status_code == 303

    answer = post(author, edit, fields(stem="后保存的", do="save", **{"basis-0-cite": ""}))

    assert answer.status_code == 409
    assert "后保存的" in answer.text
    assert "您打开本页之后" in answer.text
    assert versions(1)[0].stem == "先保存的"


def test_a_draft_is_nobody_elses(author: Any, app: Flask, office: Unit, reviewer: Any) -> None:
    write(author, **{"basis-0-cite": ""})
    other = browser(app, bench_stage.author(office, "钱文"))

    for client in (other, reviewer):
        assert client.get("/bench/questions/1").status_code == 404
        assert fields()["stem"] not in client.get("/bench/questions").text
    assert other.get("/bench/questions/1/edit").status_code == 404
    assert post(other, "/bench/questions/1/edit", fields(do="save"), page="/bench/questions/new").status_code == 404
    assert reviewer.get("/bench/questions/new").status_code == 403


def test_officials_do_not_enter_the_bench(app: Flask, wang: Person) -> None:
    client = browser(app, wang)
    for address in ("", "/new", "/review", "/flags", "/law?q=1"):
        assert client.get(f"/bench/questions{address}").status_code == 403


def test_the_list_is_filtered_paged_and_cheap(author: Any, tmp_path: Any) -> None:
    load(tmp_path, *(on(33, number) for number in range(1, 31)))
    author.get("/bench/questions")

    with count_queries() as sent:
        page = author.get("/bench/questions").text
    assert "共 30 题" in page
    assert "xzcf-033-0030" in page
    assert "xzcf-033-0001" not in page
    assert len(sent.reads) <= 8
    assert "共 6 题" in author.get("/bench/questions?difficulty=2").text
    assert "共 1 题" in author.get("/bench/questions?text=xzcf-033-0007").text
    assert "没有符合条件的题" in author.get("/bench/questions?state=retired&kind=&instrument=x%25").text
    assert "共 30 题" in author.get("/bench/questions?instrument=行政处罚法&use=exam&kind=single_choice&state=bad").text


def test_comments_stand_beside_the_version(author: Any, reviewer: Any, tmp_path: Any) -> None:
    load(tmp_path, on(33, 1))

    assert post(reviewer, "/bench/questions/1/comment", {"text": "A 项和 C 项意思接近。"}).status_code == 303
    assert "A 项和 C 项意思接近。" in author.get("/bench/questions/1").text
    assert post(reviewer, "/bench/questions/1/comment", {"text": " "}).status_code == 422
    assert count(QuestionVersion) == 1
