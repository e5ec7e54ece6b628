from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lawedu.core.bank import QuestionDraft, check_bank, parse_question
from lawedu.core.questions import QuestionKind
from tests.core.bank_samples import DOMAINS, EXPLANATION, INSTRUMENTS, LAW, make_question, sentences


def make_judgement(**changes: Any) -> Any:
    return make_question(**{"kind": "true_false", "options": ..., "answer": True, "why_not": ..., **changes})


def make_part(**changes: Any) -> Any:
    part = {
        "kind": "single_choice",
        "stem": "听证申请应当在几日内提出？",
        "options": {"A": "三日", "B": "五日"},
        "answer": "B",
        "explanation": "五日。",
    }
    return {**part, **changes}


def make_case(**changes: Any) -> Any:
    parts = [
        make_part(),
        make_part(stem="执法人员下一步依法应当怎样做？", options={"A": "组织听证", "B": "直接决定"}, answer="A"),
    ]
    return make_question(
        **{"kind": "case_analysis", "options": ..., "answer": ..., "why_not": ..., "parts": parts, **changes}
    )


def the_fault(question: Any) -> Any:
    faults = sentences(question)
    assert len(faults) == 1, faults
    assert faults[0].startswith("a.yaml：")
    assert faults[0].endswith("。")
    return faults[0]


def test_a_good_question_is_read_as_it_stands() -> None:
    question = parse_question(make_question(), "a.yaml")
    assert isinstance(question, QuestionDraft)
    assert (question.id, question.kind, question.answer) == ("xzcf-064-01", QuestionKind.SINGLE_CHOICE, "B")
    assert question.basis[0].article == 64
    assert sentences(make_question()) == []


GOOD = [
    make_judgement(answer=False, why_not={True: "七日是通知期间。"}),
    make_judgement(why_not={"false": "七日是通知期间。"}),
    make_question(kind="multiple_choice", answer=["D", "A"], why_not={"B": "不属于。", "C": "不属于。"}),
    make_question(kind="indeterminate_choice", answer=["A"], why_not=...),
    make_question(kind="fill_blank", options=..., answer=["五日", "5日"], why_not=...),
    make_question(kind="essay", options=..., answer=..., why_not=..., rubric=[{"points": 2.5, "text": "写明期限"}]),
    make_question(basis=[{"instrument": LAW, "version": "2021-01-22", "article": "64"}], checked_on="2026-11-22"),
    make_case(),
]


@pytest.mark.parametrize("question", GOOD, ids=lambda question: question["kind"])
def test_every_kind_of_question_can_be_written(question: Any) -> None:
    assert sentences(question) == []


def test_answers_are_read_in_the_form_of_their_kind() -> None:
    read = [parse_question(question, "a.yaml") for question in GOOD]
    assert [question.answer for question in read if isinstance(question, QuestionDraft)] == [
        False,
        True,
        ("A", "D"),
        ("A",),
        ("五日", "5日"),
        None,
        "B",
        None,
    ]
    essay = read[5]
    assert isinstance(essay, QuestionDraft)
    assert essay.rubric[0].points == D("2.5")


@pytest.mark.parametrize(
    "name",
    ["id", "kind", "stem", "options", "answer", "explanation", "basis", "domain", "difficulty", "audience", "use"],
)
def test_a_missing_field_is_named(name: Any) -> None:
    faults = sentences(make_question(**{name: ..., "why_not": ...}))
    assert any(name in fault or "选项" in fault for fault in faults)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "XZCF-1"}, "小写字母"),
        ({"kind": "singel"}, "kind 须是"),
        ({"stem": "  "}, "请填写 stem"),
        ({"difficulty": 6}, "difficulty 须是"),
        ({"difficulty": True}, "difficulty 须是"),
        ({"audience": ["everybody"]}, "audience 须是"),
        ({"use": []}, "use 须是"),
        ({"domain": "外星法"}, "不在 domains.yaml"),
        ({"checked_on": ...}, "没有核对日期"),
        ({"checked_on": datetime(2026, 11, 22, tzinfo=UTC)}, "没有核对日期"),
        ({"note": "x"}, "不认识的字段：note"),
        ({"answer": "E", "why_not": ...}, "单选题的 answer"),
        ({"answer": ["B"], "why_not": ...}, "单选题的 answer"),
        ({"why_not": {"B": "其实是对的。"}}, "why_not 只写错误的选项"),
        ({"why_not": {"E": "没有这一项。"}}, "why_not 只写错误的选项"),
        ({"options": {"A": "三日", "C": "五日"}, "answer": "A", "why_not": ...}, "从 A 起连续"),
        ({"options": {"A": 3, "B": "五日"}, "why_not": ...}, "一段文字"),
        ({"options": {"A": "三日", "B": "五日", "C": "五日"}}, "文字相同"),
        ({"options": {"A": "三日", "B": "五日", "C": "以上都不对"}}, "不使用“以上都对”"),
        ({"options": {"A": "三日", "B": "五日", "C": "上述选项均正确"}}, "不使用“以上都对”"),
        ({"kind": "multiple_choice", "answer": ["B"], "why_not": ...}, "至少有两个正确选项"),
        ({"kind": "multiple_choice", "answer": ["A", "B", "C", "D"], "why_not": ...}, "不能所有选项都正确"),
        ({"kind": "multiple_choice", "answer": ["A", "A", "B"], "why_not": ...}, "重复"),
        ({"kind": "multiple_choice", "answer": ["A", "E"], "why_not": ...}, "不在 options 中"),
        ({"kind": "true_false", "answer": True, "why_not": ...}, "判断题没有选项"),
        ({"kind": "true_false", "options": ..., "answer": "true", "why_not": ...}, "不加引号"),
        ({"kind": "true_false", "options": ..., "answer": True, "why_not": {True: "对的。"}}, "why_not 只写错误"),
        ({"kind": "fill_blank", "options": ..., "answer": "五日", "why_not": ...}, "可接受的文字的列表"),
        ({"kind": "essay", "options": ..., "answer": ..., "why_not": ...}, "请写 rubric"),
        ({"rubric": [{"points": 1, "text": "要点"}]}, "没有评分要点"),
        ({"parts": []}, "只有案例分析题有 parts"),
        ({"explanation": "第六十四条。"}, "解析有6字"),
        ({"explanation": "第六十四条。" + "长" * 300}, "60 至 200 字"),
        ({"explanation": EXPLANATION.replace("第六十四条", "本法")}, "请写出第六十四条"),
        ({"explanation": EXPLANATION.replace("第六十四条", "第六十四条之一")}, "请写出第六十四条"),
        ({"basis": [{"instrument": LAW, "version": date(2017, 9, 1), "article": 64}]}, "已登记的是 2021-01-22"),
        (
            {"basis": [{"instrument": "行政处罚法", "version": date(2021, 1, 22), "article": 64}]},
            "不在 instruments.yaml",
        ),
        ({"basis": [{"instrument": LAW, "version": "去年", "article": 64}]}, "请写 version"),
        ({"basis": [{"instrument": LAW, "version": date(2021, 1, 22), "article": "六十四"}]}, "须是条号"),
        (
            {"basis": [{"instrument": LAW, "version": date(2021, 1, 22), "article": 64, "paragraph": 0}]},
            "paragraph 须是款号",
        ),
    ],
)
def test_each_mistake_is_said_in_one_sentence(changes: Any, said: Any) -> None:
    assert said in the_fault(make_question(**changes))


@pytest.mark.parametrize(
    "text", ["以上一年度营业额为准", "处三万元以上五万元以下罚款", "上述财物均应登记保存", "对当事人从轻"]
)
def test_a_legal_phrase_with_above_in_it_is_no_verdict_on_the_other_options(text: Any) -> None:
    assert sentences(make_question(options={"A": text, "B": "处警告并责令限期改正的行政处罚"}, why_not=...)) == []


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([make_part()], "须有 2 至 4 个小题"),
        ([make_part(), make_part(answer="C")], "第2小题：单选题的 answer"),
        ([make_part(), "问"], "第2小题：小题须按"),
        ([make_part(), make_part(id="x-1")], "第2小题：不认识的字段：id"),
        ([make_part(), make_part(explanation="")], "第2小题：请填写 explanation"),
        ([make_part(), {"kind": "case_analysis", "stem": "问", "explanation": "答"}], "第2小题：小题不能又是案例"),
    ],
)
def test_a_mistake_in_a_part_of_a_case_names_the_part(parts: Any, said: Any) -> None:
    assert said in the_fault(make_case(parts=parts))


def test_a_case_has_no_answer_of_its_own() -> None:
    assert "parts 中各小题的 answer" in the_fault(make_case(answer="A"))


def test_a_fault_names_the_question_or_its_place_in_the_file() -> None:
    assert sentences(make_question(), "x")[0].startswith("a.yaml：第2题：")
    assert sentences(make_question(difficulty=9))[0].startswith("a.yaml：xzcf-064-01：")


@pytest.mark.parametrize("content", [None, [], "x", {"questions": []}, {"questions": {}}, {}])
def test_a_file_without_questions_is_named(content: Any) -> None:
    assert "文件须以 questions:" in str(check_bank({"a.yaml": content}, DOMAINS, INSTRUMENTS)[0])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers() | st.booleans(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    question=st.sampled_from([make_question(), *GOOD]),
    name=st.sampled_from(sorted({*make_question(), "parts", "rubric"})),
    value=JSON,
)
def test_whatever_stands_in_a_field_the_check_answers_with_faults(question: Any, name: Any, value: Any) -> None:
    changed = {**deepcopy(question), name: value}
    for fault in check_bank({"a.yaml": {"questions": [changed]}}, DOMAINS, INSTRUMENTS):
        assert fault.sentence


@given(data=JSON)
def test_whatever_stands_in_a_file_the_check_answers_with_faults(data: Any) -> None:
    assert check_bank({"a.yaml": data, "b.yaml": {"questions": [data]}}, DOMAINS, INSTRUMENTS)
