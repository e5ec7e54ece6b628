"""The promise of the importer (导入的承诺): any question in any shape comes in right, or with a doubt; never else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings

from lawedu.core.grid import Grid
from lawedu.core.intake_entries import read_entries
from lawedu.core.intake_table import read_sheets
from lawedu.core.intake_text import read_lines
from lawedu.core.intake_understand import understand
from tests.questions.judging import judge
from tests.questions.random_banks import banks, grid_styles, json_styles, text_styles
from tests.questions.sample_tables import GridStyle, JsonStyle, write_json, write_rows
from tests.questions.samples import Question, TextStyle, write_text

often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@often
@given(banks(), text_styles())
def test_a_text_is_never_wrong_in_silence(bank: list[Question], style: TextStyle) -> None:
    lines = write_text(bank, style)
    found = understand(read_lines(lines).raws, {})
    if not found:
        return  # a file without questions is refused
    verdict = judge(bank, found, explanations=style.place != "end_full")

    assert not verdict.silent, "\n".join([*verdict.silent, "", *lines])


@often
@given(banks(), grid_styles())
def test_a_sheet_is_never_wrong_in_silence(bank: list[Question], style: GridStyle) -> None:
    rows = write_rows(bank, style)
    verdict = judge(bank, understand(read_sheets([Grid(rows)]).raws, {}))

    assert not verdict.silent, "\n".join([*verdict.silent, "", *map(str, rows)])


@often
@given(banks(), json_styles())
def test_json_is_never_wrong_in_silence(bank: list[Question], style: JsonStyle) -> None:
    content = write_json(bank, style)
    verdict = judge(bank, understand(read_entries(content).raws, {}))

    assert not verdict.silent, "\n".join([*verdict.silent, "", str(content)])


@often
@given(banks())
def test_anything_at_all_can_be_read(bank: Sequence[Any]) -> None:
    """A file cut anywhere, or of another kind: doubts, never a crash."""
    lines = write_text(bank, TextStyle())
    for cut in range(1, len(lines), 2):
        understand(read_lines(lines[cut:]).raws, {})
        understand(read_lines([line[cut:] for line in lines]).raws, {})
