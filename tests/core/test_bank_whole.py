from __future__ import annotations

from random import Random
from time import process_time
from typing import Any

from lawedu.core.bank import check_bank, read_bank
from tests.core.bank_samples import DOMAINS, INSTRUMENTS, make_question, sentences

OTHER = {
    "stem": "当事人逾期不履行罚款决定，行政机关可以每日按罚款数额的（　）加处罚款。",
    "options": {"A": "百分之一", "B": "百分之三"},
}


def test_an_id_is_used_once_in_the_whole_bank() -> None:
    files = {"a.yaml": {"questions": [make_question()]}, "b.yaml": {"questions": [make_question(**OTHER, why_not=...)]}}
    [fault] = check_bank(files, DOMAINS, INSTRUMENTS)
    assert (fault.file, fault.question) == ("b.yaml", "xzcf-064-01")
    assert "id 已在 a.yaml 中用过" in fault.sentence


def test_a_question_stands_once_in_the_whole_bank() -> None:
    again = make_question(id="xzcf-064-02", stem=make_question()["stem"].replace("，", " , "))
    files = {"a.yaml": {"questions": [make_question()]}, "b.yaml": {"questions": [again]}}
    [fault] = check_bank(files, DOMAINS, INSTRUMENTS)
    assert "与 a.yaml 的 xzcf-064-01 相同" in fault.sentence


def test_options_in_another_order_do_not_make_another_question() -> None:
    again = make_question(id="xzcf-064-02", options={"A": "十日", "B": "五日", "C": "七日", "D": "三日"})
    assert "相同" in sentences(make_question(), again)[0]


def test_nearly_the_same_wording_is_noticed() -> None:
    again = make_question(id="xzcf-064-02", stem=make_question()["stem"].replace("当事人要求听证的", "其要求听证的"))
    assert "几乎相同" in sentences(make_question(), again)[0]


def test_the_same_stem_with_other_options_is_another_question() -> None:
    again = make_question(id="xzcf-064-02", options={"A": "一日", "B": "五日", "C": "七日", "D": "十日"})
    assert sentences(make_question(), again) == []


def numbered(count: Any, **changes: Any) -> Any:
    """Questions that differ in everything but their habits."""
    rng = Random(count)  # noqa: S311 - invents wordings
    for number in range(count):
        words = "".join(rng.sample("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥", 20))
        yield number, make_question(id=f"xzcf-064-{number:04}", stem=words, why_not=..., **changes)


def test_the_right_option_is_not_habitually_the_longest() -> None:
    questions = [question for _, question in numbered(8)]
    for number, question in enumerate(questions):
        question["answer"] = "ABCD"[number % 4]
        question["options"] = {key: f"选项{key}" for key in "ABCD"}
        if number < 4:
            question["options"][question["answer"]] += "，而且更长"
    assert "8道单选题中有4道正确选项最长" in sentences(*questions)[0]
    questions[3]["options"]["D"] = "选项D"
    assert sentences(*questions) == []


def test_the_right_options_are_spread_over_the_letters() -> None:
    questions = [question for _, question in numbered(8)]
    for number, question in enumerate(questions):
        question["answer"] = "AAAABBCD"[number]
    assert "8道单选题中有4道答案为A" in sentences(*questions)[0]
    questions[0]["answer"] = "C"
    assert sentences(*questions) == []


def test_true_and_false_statements_are_about_as_many() -> None:
    questions = [dict(question, kind="true_false", answer=number > 4) for number, question in numbered(6)]
    for question in questions:
        del question["options"]
    assert "判断题中1道正确、5道错误" in sentences(*questions)[0]
    questions[0]["answer"] = True
    assert sentences(*questions) == []


def test_a_few_questions_have_no_habits() -> None:
    questions = [question for _, question in numbered(7)]
    assert sentences(*questions) == []


def test_five_thousand_questions_are_compared_within_seconds() -> None:
    questions = [question for _, question in numbered(5000)]
    for question in questions:
        question["stem"] = "下列关于行政处罚决定程序的说法，符合行政处罚法规定的是（　）。情形：" + question["stem"]
    began = process_time()
    reading = read_bank({"a.yaml": {"questions": questions}}, DOMAINS, INSTRUMENTS)
    assert len(reading.questions["a.yaml"]) == 5000
    assert process_time() - began < 5
