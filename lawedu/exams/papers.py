"""Papers of an exam (试卷): drawn before the deed, frozen within it. Published exams never read the live bank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from sqlalchemy import insert

from lawedu.core.exam import WindowKind
from lawedu.core.papers import CannotFill, FormMode, Paper, Pick, assemble
from lawedu.db import db
from lawedu.exams import plan, queries, snapshots
from lawedu.exams.models import Exam, ExamItem, ExamKey, Form
from lawedu.questions import queries as question_queries

# Beyond this many different papers one more adds nothing: people of different units then share one.
MOST_INDIVIDUAL = 3000
LEAST_RESERVE, RESERVE_SHARE = 5, 20
# A question of the main papers is drawn for the resit only when every other one is on it already.
SEEN = 1_000_000
CHUNK = 500


@dataclass(frozen=True)
class Drawn:
    """Papers drawn for a draft as it stood at `edit_no` (待冻结的试卷)."""

    edit_no: int
    per_window: int
    main: Sequence[Paper]
    resit: Sequence[Paper]


def count_forms(exam: Exam) -> int:
    """How many papers each kind of window gets: 1, the set number, or one a candidate and some in reserve."""
    if exam.form_mode is FormMode.FIXED:
        return 1
    if exam.form_mode is FormMode.BALANCED:
        return exam.form_count
    candidates = queries.count_candidates(exam.id)
    return min(MOST_INDIVIDUAL, candidates + max(LEAST_RESERVE, candidates // RESERVE_SHARE))


def draw(exam: Exam) -> Drawn:
    """Draw every paper of the exam; the same for the same seed, plan and bank. Raises CannotFill.

    Reads only: the seconds that thousands of papers take are spent outside the writing transaction.
    """
    rng = Random(exam.seed)  # noqa: S311 (the seed is secret and kept; drawing must be repeatable)
    pool = _pool(exam)
    count = count_forms(exam)
    main = _assemble(exam, pool, rng, count)
    resit: list[Paper] = []
    if any(window.kind is WindowKind.RESIT for window in exam.windows):
        resit = _resit(exam, pool, rng, count, main)
    return Drawn(exam.edit_no, count, main, resit)


def sample(exam: Exam, number: int) -> Paper:
    """A paper of the same plan that nobody will sit: not even who prepares an exam sees a real one (试卷样例).

    Raises CannotFill.
    """
    rng = Random(f"sample {exam.id} {number}")  # noqa: S311 (a sample may be guessed)
    return _assemble(exam, _pool(exam), rng, 1)[0]


def _pool(exam: Exam) -> list[Pick]:
    kinds = {cell.kind for cell in exam.cells}
    return question_queries.list_picks(kinds, queries.count_uses(exam.id))


def _assemble(exam: Exam, pool: Sequence[Pick], rng: Random, count: int) -> list[Paper]:
    return assemble(
        plan.facts_of(exam),
        pool,
        rng,
        count,
        exam.form_mode,
        shuffle_items=exam.shuffle_items,
        shuffle_options=exam.shuffle_options,
    )


def _resit(exam: Exam, pool: Sequence[Pick], rng: Random, count: int, main: Sequence[Paper]) -> list[Paper]:
    """Questions of no main paper where the bank suffices; otherwise those first."""
    seen = {item.version_id for paper in main for item in paper.items}
    try:
        return _assemble(exam, [pick for pick in pool if pick.version_id not in seen], rng, count)
    except CannotFill:
        marked = [replace(pick, uses=pick.uses + SEEN) if pick.version_id in seen else pick for pick in pool]
        return _assemble(exam, marked, rng, count)


def freeze(exam: Exam, drawn: Drawn) -> str:
    """Write questions, keys and forms of the exam as they will stay; gives the hash over all forms.

    Main forms are numbered from 1, those of the resit go on from `per_window` + 1.
    """
    papers = [*drawn.main, *drawn.resit]
    versions = question_queries.get_versions({item.version_id for paper in papers for item in paper.items})
    items = [
        {
            "exam_id": exam.id,
            "version_id": version.id,
            "kind": version.kind,
            "domain": version.domain,
            "difficulty": version.difficulty,
            "stem": version.stem,
            "options": version.options,
        }
        for version in versions.values()
    ]
    statement = insert(ExamItem).returning(ExamItem.id, ExamItem.version_id)
    ids = {row.version_id: row.id for row in db.session.execute(statement, items)}
    keys = [
        {"item_id": ids[version.id], "exam_id": exam.id} | snapshots.key_values(version)
        for version in versions.values()
    ]
    db.session.execute(insert(ExamKey), keys)
    texts = {str(ids[v.id]): snapshots.item_hash(v.kind, v.stem, v.options) for v in versions.values()}
    hashes = []
    for rows in _forms(exam, drawn, ids, texts):
        db.session.execute(insert(Form), rows)
        hashes += [row["hash"] for row in rows]
    return snapshots.paper_hash(hashes)


def _forms(exam: Exam, drawn: Drawn, ids: dict[int, int], texts: dict[str, str]) -> Iterator[list[dict[str, Any]]]:
    """Rows of `form`, some hundred at a time: thousands of layouts need not lie in memory at once."""
    numbered = [(number, WindowKind.MAIN, paper) for number, paper in enumerate(drawn.main, 1)]
    numbered += [(number, WindowKind.RESIT, paper) for number, paper in enumerate(drawn.resit, drawn.per_window + 1)]
    for start in range(0, len(numbered), CHUNK):
        rows = []
        for number, kind, paper in numbered[start : start + CHUNK]:
            layout = snapshots.layout_of(paper, ids)
            digest = snapshots.form_hash(exam.id, number, layout, texts)
            rows.append({"exam_id": exam.id, "number": number, "window_kind": kind, "layout": layout, "hash": digest})
        yield rows
