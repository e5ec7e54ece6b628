"""The bank as files (题库文件): every question complete, consistent, on a known text of law, and unlike all others.

Files come parsed from YAML; nothing here reads a file or asks the clock. Source of the rules: question_bank/FORMAT.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lawedu.core import question_fields as read
from lawedu.core.bank_duplicates import find_alike
from lawedu.core.bank_habits import find_habits
from lawedu.core.bank_law import BasisFacts, check_against_law
from lawedu.core.bank_warnings import find_warnings
from lawedu.core.citation import article_label, cites
from lawedu.core.question_draft import Basis as Basis
from lawedu.core.question_draft import Fault as Fault
from lawedu.core.question_draft import PartDraft as PartDraft
from lawedu.core.question_draft import QuestionDraft as QuestionDraft
from lawedu.core.question_draft import RubricLine as RubricLine
from lawedu.core.questions import CHOICE, QuestionKind

# Asked for are 60 to 200 characters; a few more or less are not worth a rewrite.
EXPLANATION_LENGTH = range(50, 231)
PARTS = range(2, 5)
_ASKED = frozenset({"kind", "stem", "options", "answer", "why_not", "explanation", "rubric"})
_ABOUT = frozenset({"id", "basis", "domain", "difficulty", "audience", "use", "checked_on", "parts"})


@dataclass(frozen=True)
class BankReading:
    """Questions that could be read, by file, and everything that is wrong with the bank. Load only without faults.

    `warnings` (提醒) keep nothing out.
    """

    questions: Mapping[str, Sequence[QuestionDraft]]
    faults: Sequence[Fault]
    warnings: Sequence[Fault] = ()


def check_bank(
    files: Mapping[str, object], domains: Collection[str], instruments: Mapping[str, Collection[date]]
) -> list[Fault]:
    """All faults of the bank, in the order of files and questions; empty when it may be loaded."""
    return list(read_bank(files, domains, instruments).faults)


def read_bank(
    files: Mapping[str, object], domains: Collection[str], instruments: Mapping[str, Collection[date]]
) -> BankReading:
    """Read and check a bank. `files`: name → parsed content; `instruments`: full title → dates of the known
    versions.
    """
    questions: dict[str, list[QuestionDraft]] = {}
    faults: list[Fault] = []
    for file, content in files.items():
        questions[file], wrong = _read_file(file, content)
        faults += wrong
        for question in questions[file]:
            faults += [Fault(file, question.id, text) for text in _check_references(question, domains, instruments)]
        faults += [Fault(file, "", sentence) for sentence in find_habits(questions[file])]
    faults += _check_ids(questions) + _check_alike(questions)
    order = {file: number for number, file in enumerate(files)}
    warnings = [
        Fault(file, one.id, text) for file, own in questions.items() for one in own for text in find_warnings(one)
    ]
    return BankReading(questions, sorted(faults, key=lambda fault: order[fault.file]), warnings)


def compare_with_law(reading: BankReading, law: Mapping[Basis, BasisFacts]) -> BankReading:
    """The same reading with what the law library says about every basis and quotation added."""
    faults, warnings = list(reading.faults), list(reading.warnings)
    for file, own in reading.questions.items():
        for question in own:
            found = check_against_law(question, law)
            faults += [Fault(file, question.id, sentence) for sentence in found.faults]
            warnings += [Fault(file, question.id, sentence) for sentence in found.warnings]
    return BankReading(reading.questions, sorted(faults, key=lambda fault: fault.file), warnings)


def _read_file(file: str, content: object) -> tuple[list[QuestionDraft], list[Fault]]:
    entries = content.get("questions") if isinstance(content, Mapping) else None
    if not isinstance(entries, list) or not entries:
        return [], [Fault(file, "", "文件须以 questions: 开头，下面列出试题。")]
    drafts: list[QuestionDraft] = []
    faults: list[Fault] = []
    if isinstance(content, Mapping) and len(content) > 1:
        faults.append(Fault(file, "", "文件中只能有 questions 一项，请删去其他内容。"))
    for number, entry in enumerate(entries, 1):
        result = parse_question(entry, file, f"第{number}题")
        if isinstance(result, QuestionDraft):
            drafts.append(result)
        else:
            faults += result
    return drafts, faults


def parse_question(data: object, where: str, place: str = "") -> QuestionDraft | list[Fault]:
    """A question from parsed YAML of any shape, or what is wrong with it by itself; never raises.

    `where` names the file; `place` stands for the id in faults when it is missing.
    """
    sentences: list[str] = []
    if not isinstance(data, Mapping):
        return [Fault(where, place, "试题须按“字段: 内容”书写。")]
    draft = _read_question(data, sentences.append)
    name = data["id"] if isinstance(data.get("id"), str) and data["id"] else place
    return [Fault(where, name, sentence) for sentence in sentences] if sentences or draft is None else draft


def _read_question(data: Mapping[object, object], say: read.Say) -> QuestionDraft | None:
    _refuse_unknown(data, _ASKED | _ABOUT, say)
    identity = read.read_id(data, say)
    asked = _read_asked(data, say)
    basis = read.read_basis(data, say)
    if asked is None:
        return None
    draft = QuestionDraft(
        **vars(asked),
        id=identity,
        basis=basis,
        domain=read.read_text(data, "domain", say),
        difficulty=read.read_difficulty(data, say),
        audience=read.read_names(data, "audience", read.AUDIENCES, say),
        use=read.read_names(data, "use", read.USES, say),
        checked_on=read.read_checked_on(data, say),
        parts=_read_parts(data, asked.kind, say),
    )
    _check_explanation(draft, say)
    return draft


def _refuse_unknown(data: Mapping[object, object], known: frozenset[str], say: read.Say) -> None:
    unknown = sorted(str(name) for name in data if name not in known)
    if unknown:
        say(f"不认识的字段：{'、'.join(unknown)}，请核对拼写或删去。")


def _read_asked(data: Mapping[object, object], say: read.Say) -> PartDraft | None:
    kind = read.read_kind(data, say)
    stem = read.read_text(data, "stem", say)
    explanation = read.read_text(data, "explanation", say)
    if kind is None:
        return None
    options = read.read_options(data, kind, say)
    # Of unreadable options nobody can say which are right: one mistake, one sentence.
    answer = read.read_answer(data, kind, options, say) if options or kind not in CHOICE else None
    return PartDraft(
        kind=kind,
        stem=stem,
        options=options,
        answer=answer,
        why_not=read.read_why_not(data, kind, options, answer, say),
        explanation=explanation,
        rubric=read.read_rubric(data, kind, say),
    )


def _read_parts(data: Mapping[object, object], kind: QuestionKind, say: read.Say) -> tuple[PartDraft, ...]:
    value = data.get("parts")
    if kind is not QuestionKind.CASE_ANALYSIS:
        if value is not None:
            say("只有案例分析题有 parts，请删去。")
        return ()
    if not isinstance(value, list) or len(value) not in PARTS:
        say("案例分析题须有 2 至 4 个小题（parts）。")
        return ()
    parts = [_read_part(part, _of_part(number, say)) for number, part in enumerate(value, 1)]
    return tuple(part for part in parts if part is not None)


def _of_part(number: int, say: read.Say) -> read.Say:
    return lambda sentence: say(f"第{number}小题：{sentence}")


def _read_part(data: object, say: read.Say) -> PartDraft | None:
    if not isinstance(data, Mapping):
        say("小题须按“字段: 内容”书写。")
        return None
    _refuse_unknown(data, _ASKED, say)
    part = _read_asked(data, say)
    if part is not None and part.kind is QuestionKind.CASE_ANALYSIS:
        say("小题不能又是案例分析题，请改用其他题型。")
    return part


def _check_explanation(question: QuestionDraft, say: read.Say) -> None:
    text = question.explanation
    if text and len(text) not in EXPLANATION_LENGTH:
        say(f"解析有{len(text)}字，请写成 60 至 200 字。")
    if text and question.basis and not any(cites(text, basis.article) for basis in question.basis):
        labels = "或".join(article_label(basis.article) for basis in question.basis)
        say(f"解析没有写明法条，请写出{labels}。")


def _check_references(
    question: QuestionDraft, domains: Collection[str], instruments: Mapping[str, Collection[date]]
) -> list[str]:
    sentences: list[str] = []
    if question.domain not in domains:
        sentences.append(f"法律领域“{question.domain}”不在 domains.yaml 中，请选用其中之一。")
    for basis in question.basis:
        versions = instruments.get(basis.instrument)
        if versions is None:
            sentences.append(f"法律“{basis.instrument}”不在 instruments.yaml 中，请核对全称。")
        elif basis.version not in versions:
            known = "、".join(sorted(version.isoformat() for version in versions))
            sentences.append(f"{basis.instrument}没有 {basis.version} 的文本，已登记的是 {known}，请改正 version。")
    return sentences


def _check_ids(questions: Mapping[str, Sequence[QuestionDraft]]) -> list[Fault]:
    first_in: dict[str, str] = {}
    faults: list[Fault] = []
    for file, own in questions.items():
        for question in own:
            if question.id in first_in:
                sentence = f"id 已在 {first_in[question.id]} 中用过，请换一个没有用过的。"
                faults.append(Fault(file, question.id, sentence))
            first_in.setdefault(question.id, file)
    return faults


def _check_alike(questions: Mapping[str, Sequence[QuestionDraft]]) -> list[Fault]:
    placed = [(file, question) for file, own in questions.items() for question in own]
    faults: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for pair in find_alike([question for _, question in placed]):
        other_file, other = placed[pair.first]
        file, question = placed[pair.second]
        degree = "相同" if pair.exact else "几乎相同"
        faults[file, question.id].append(f"与 {other_file} 的 {other.id} {degree}，请删去一道或改写。")
    return [Fault(file, name, sentence) for (file, name), sentences in faults.items() for sentence in sentences]
