"""Every kind and state of a question has its word."""

from flask import Flask

from lawedu import wording
from lawedu.core.questions import QuestionKind
from lawedu.questions.models import QuestionState


def test_kinds_and_states_have_words(app: Flask) -> None:
    assert wording.label(QuestionKind.INDETERMINATE_CHOICE) == "不定项选择题"
    assert all(wording.label(member) for enum in (QuestionKind, QuestionState) for member in enum)
