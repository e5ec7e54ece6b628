"""The sample banks of docs/import.md, hostile files, and Word as it really is."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from lawedu.core.errors import BadInput
from lawedu.core.intake import Understood
from lawedu.core.intake_understand import understand
from lawedu.core.questions import QuestionKind
from lawedu.questions import import_files
from lawedu.questions.import_files import read_file
from tests.questions.judging import judge
from tests.questions.sample_files import SHAPES, UNSAID, Shape
from tests.questions.samples import bank_questions
from tests.sheets import ole, with_part, xlsx


def found_in(data: bytes) -> list[Understood]:
    return understand(read_file(data).source.raws, {})


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_bank_of_any_shape_comes_in_right(shape: Shape) -> None:
    """The figures of docs/import.md: at least 95 of 100 right without a hand, none wrong in silence."""
    bank = bank_questions()
    verdict = judge(bank, found_in(shape.write(bank)))

    assert not verdict.silent
    assert verdict.rate >= 0.95


def test_a_kind_that_nobody_wrote_down_is_always_a_doubt() -> None:
    bank = bank_questions()
    found = found_in(UNSAID.write(bank))

    assert not judge(bank, found).silent
    assert all(one.doubts for one in found if one.kind is not QuestionKind.TRUE_FALSE)


def document(*lines: str) -> Any:
    made = Document()
    for line in lines:
        made.add_paragraph(line)
    return made


def saved(made: Any) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


QUESTION = ("一、单选题", "1．听证应当在几日内提出？", "A．三日", "B．五日", "答案：B")


def test_text_added_under_tracked_changes_counts_and_deleted_text_does_not() -> None:
    made = document(*QUESTION)
    stem = made.paragraphs[1]._p
    stem.append(parse_xml(f"<w:ins {nsdecls('w')}><w:r><w:t>请选择。</w:t></w:r></w:ins>"))
    stem.append(parse_xml(f"<w:del {nsdecls('w')}><w:r><w:delText>旧文字</w:delText></w:r></w:del>"))

    [question] = found_in(saved(made))
    assert question.stem == "听证应当在几日内提出？请选择。"
    assert not question.doubts


@pytest.mark.parametrize("inside", ["<w:drawing/>", "<w:object/>", '<w:sym w:font="Symbol" w:char="F0B0"/>'])
def test_what_cannot_be_read_is_a_doubt(inside: str) -> None:
    made = document(*QUESTION)
    made.paragraphs[1]._p.append(parse_xml(f"<w:r {nsdecls('w')}>{inside}</w:r>"))

    [question] = found_in(saved(made))
    assert [doubt.code for doubt in question.doubts] == ["picture"]


def test_a_tick_of_the_wingdings_font_is_a_tick() -> None:
    made = document("一、判断题", "1．听证应当公开举行。", "答案：")
    made.paragraphs[2]._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'))

    [question] = found_in(saved(made))
    assert question.answer is True


def test_options_in_a_table_are_options() -> None:
    made = document("一、单选题", "1．听证应当在几日内提出？")
    table = made.add_table(2, 2)
    for cell, text in zip(table._cells, ("A．三日", "B．五日", "C．七日", "D．十日"), strict=True):
        cell.text = text
    made.add_paragraph("答案：B")

    [question] = found_in(saved(made))
    assert dict(question.options) == {"A": "三日", "B": "五日", "C": "七日", "D": "十日"}
    assert not question.doubts


def test_a_document_and_its_table_of_questions_are_both_read() -> None:
    made = document(*QUESTION)
    table = made.add_table(2, 3)
    for cell, text in zip(table._cells, ("题干", "题型", "答案", "听证公开举行。", "判断", "√"), strict=True):
        cell.text = text

    reading = read_file(saved(made))
    first, second = understand(reading.source.raws, {})
    assert (first.answer, second.answer, second.sheet) == ("B", True, "表1")
    assert "听证公开举行" in reading.original("表1", 2, 2)


def test_a_sheet_of_other_things_beside_the_questions_is_named() -> None:
    data = xlsx([["题干", "题型", "答案"], ["听证公开举行。", "判断题", "对"]], sheets_after=["说明"])

    reading = read_file(data)
    assert len(reading.source.raws) == 1
    assert any("说明" in line.text for line in reading.source.unread)


BOMB = with_part(saved(document(*QUESTION)), "word/media/x.xml", b"0" * 30_000_000)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (BOMB, import_files.FileTooLarge),
        (b"x" * (10 * 1024 * 1024 + 1), import_files.FileTooLarge),
        (with_part(saved(document("x")), "word/vbaProject.bin", b"x"), import_files.FileHasMacros),
        (with_part(saved(document("x")), "word/a.xml", b"<!DOCTYPE x>"), import_files.UnreadableFile),
        (saved(document(*QUESTION))[:-400], import_files.UnreadableFile),
        (b"PK\x03\x04 word/document.xml", import_files.UnreadableFile),
        (ole({"WordDocument": b"x"}), import_files.OldWordFile),
        (ole({"EncryptedPackage": b"x"}), import_files.FileIsLocked),
        (b"{\\rtf1 x}", import_files.NotAQuestionFile),
        (b"<html><body>1. x</body></html>", import_files.NotAQuestionFile),
        (b"\x00\x01\x02\x03", import_files.NotAQuestionFile),
        (b"[" * 200_000, import_files.UnreadableFile),
        (("1、" + "（" * 7000 + "\n").encode() * 50, import_files.NoQuestions),
        (b"1\n" * 100_000, import_files.FileTooLarge),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_hostile_file_is_refused_by_name(data: bytes, refusal: type[BadInput]) -> None:
    with pytest.raises(refusal):
        read_file(data)


def test_a_zip_that_is_no_document_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "1、题")
    with pytest.raises(import_files.NotAQuestionFile):
        read_file(buffer.getvalue())
