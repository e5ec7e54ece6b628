"""Amendment → review (条文变动处理): the law moves, its questions leave use at once, a person looks at each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from lawedu import clock
from lawedu.audit.services import record
from lawedu.core.amendment import article_key, article_of, find_touched, move, names_moved_article
from lawedu.core.citation import article_label
from lawedu.core.comparison import ArticleText, Fate, Pair
from lawedu.core.errors import Refusal
from lawedu.core.policy import MACHINE, Actor, ensure, may
from lawedu.core.question_draft import Basis
from lawedu.db import db
from lawedu.questions import drafting, flag_queries, queries
from lawedu.questions.checking import check_entry, ensure_clean
from lawedu.questions.contents import basis_values, draft_of, entry_of, version_values
from lawedu.questions.models import LegalBasis, Question, QuestionState, QuestionVersion, VersionState
from lawedu.questions.refusals import (
    BasisGone,
    BeingEdited,
    NotFlagged,
    OpinionMissing,
    OwnVersion,
    WordsNameTheArticle,
)
from lawedu.questions.review_models import AmendmentFlag, Review, Verdict
from lawedu.questions.reviewing import add_review, release, settle

CHUNK = 500
MOVED = "条文变动，依据平移到现行条文"
AMENDED = "条文变动，需要修改"


def flag(instrument: str, old_version: date, new_version: date, pairs: Sequence[Pair]) -> int:
    """Flag every question in use whose article was changed, deleted or renumbered; gives the number of new flags.

    They leave paper assembly at once; published exams keep their frozen papers. Told twice, it flags once.
    Source: issue “law library”, Amendment → review.
    """
    resting = flag_queries.list_resting(instrument, new_version)
    return _flag(instrument, old_version, new_version, resting, pairs)


def flag_repealed(instrument: str, old_version: date, ended_on: date, texts: Sequence[ArticleText]) -> int:
    """Flag every question in use on a law that has ended; gives the number of new flags. `texts`: its last articles.

    A basis whose text the library does not hold is flagged as well, without text. Told twice, it flags once.
    """
    resting = flag_queries.list_resting(instrument, ended_on)
    if not resting:
        return 0
    held = {text.key: text for text in texts}
    for one in resting:
        number, sub = article_key(one.basis.article)
        held.setdefault((number, sub), ArticleText(number, sub, ""))
    pairs = [Pair(Fate.DELETED, text, None) for text in held.values()]
    return _flag(instrument, old_version, ended_on, resting, pairs, is_repeal=True)


def _flag(
    instrument: str,
    old_version: date,
    new_version: date,
    resting: Sequence[flag_queries.Resting],
    pairs: Sequence[Pair],
    *,
    is_repeal: bool = False,
) -> int:
    noted = flag_queries.list_noted(instrument, new_version)
    now = clock.now()
    rows: list[dict[str, Any]] = []
    for touched in find_touched([one.basis for one in resting], instrument, new_version, pairs):
        one = resting[touched.position - 1]
        if (one.version_id, one.position) in noted or touched.pair.old is None:
            continue
        new = touched.pair.new
        rows.append(
            {
                "question_id": one.question_id,
                "version_id": one.version_id,
                "position": one.position,
                "instrument": instrument,
                "old_version": old_version,
                "new_version": new_version,
                "fate": touched.pair.fate,
                "old_article": str(one.basis.article),
                "new_article": str(article_of(new)) if new else None,
                "old_text": touched.pair.old.text,
                "new_text": new.text if new else "",
                "is_repeal": is_repeal,
                "created_at": now,
            }
        )
    if rows:
        db.session.execute(insert(AmendmentFlag), rows)
        _take_out({row["question_id"] for row in rows})
        record(MACHINE, "question.flag", "bank", questions=len({row["question_id"] for row in rows}), flags=len(rows))
    return len(rows)


def _take_out(question_ids: set[int]) -> None:
    wanted = sorted(question_ids)
    for start in range(0, len(wanted), CHUNK):
        db.session.execute(
            update(Question)
            .where(Question.id.in_(wanted[start : start + CHUNK]), Question.state == QuestionState.PUBLISHED)
            .values(state=QuestionState.FLAGGED)
        )


def confirm(actor: Actor, question: Question, bases: Sequence[Basis | None], opinion: str = "") -> Review:
    """Still right (仍然正确): the same wording in a new version on the moved basis, in use again.

    `question` is locked; `bases`: one for each basis of its current version, in order. The wording's author does not
    confirm it. Raises NotFlagged, OwnVersion, BeingEdited, BasisGone, WordsNameTheArticle, CheckFailed.
    """
    current, _ = _open(actor, question)
    if question.working_no is not None:
        raise BeingEdited
    moved = [basis for basis in bases if basis is not None]
    if len(moved) != len(current.basis):
        raise BasisGone
    version = _moved_version(question, current, moved)
    ensure_clean(check_entry(entry_of(question, version), question.code, question.id))
    db.session.add(version)
    db.session.flush()
    review = add_review(actor, version, Verdict.STILL_RIGHT, opinion)
    release(question, version)
    settle(question.id, review)
    record(actor, "question.still_right", f"question:{question.id}", version=version.version_no)
    return review


def _moved_version(question: Question, current: QuestionVersion, moved: Sequence[Basis]) -> QuestionVersion:
    draft = draft_of(question.code, current)
    left = [article_label(old.article) for old, new in zip(draft.basis, moved, strict=True) if old.key != new.key]
    if names_moved_article(draft, left):
        raise WordsNameTheArticle
    after = move(draft, moved, clock.today())
    number = queries.last_numbers([question.id])[question.id] + 1
    values = version_values(after, question.id, number, clock.now())
    version = QuestionVersion(
        **values, state=VersionState.SUBMITTED, author_id=current.author_id, reason=MOVED, edit_no=0
    )
    # The relationship fills in the version's number.
    lines = [{name: value for name, value in line.items() if name != "version_id"} for line in basis_values(after, 0)]
    version.basis = [LegalBasis(**line) for line in lines]
    return version


@dataclass(frozen=True)
class Confirmed:
    """What a bulk confirmation did (批量确认结果): how many, and which were left with the reason."""

    count: int
    left: tuple[tuple[str, str], ...] = ()


def confirm_renumbered(actor: Actor, question_ids: Sequence[int]) -> Confirmed:
    """Confirm questions whose articles only got another number; any that needs a closer look is left as it is."""
    ensure(actor, "question.review")
    query = select(Question).where(Question.id.in_(sorted(question_ids))).order_by(Question.id).with_for_update()
    questions = db.session.scalars(query).all()
    flags = flag_queries.list_open_flags([question.id for question in questions])
    count, left = 0, []
    for question in questions:
        own = flags.get(question.id, [])
        try:
            if any(one.fate is not Fate.RENUMBERED for one in own):
                raise NotFlagged
            current = queries.get_version(question, question.version_no)
            confirm(actor, question, flag_queries.propose(current, own))
            count += 1
        except Refusal as refusal:
            left.append((question.code, refusal.text))
    return Confirmed(count, tuple(left))


def ask_edit(actor: Actor, question: Question, opinion: str) -> QuestionVersion | None:
    """It must change (修改): recorded; who may write gets a new version on the moved basis to edit at once.

    Otherwise (None) authors find it in the queue. The flag stays open until a new version is approved. `question` is
    locked. Raises NotFlagged, OpinionMissing.
    """
    ensure(actor, "question.review")
    current, flags = _open(actor, question, by_author=True)
    if not opinion:
        raise OpinionMissing
    add_review(actor, current, Verdict.EDIT, opinion)
    version = None
    if question.working_no is None and may(actor, "question.write"):
        entry = entry_of(question, current)
        for line, basis in zip(entry["basis"], flag_queries.propose(current, flags), strict=True):
            if basis is not None:
                line |= {"version": basis.version, "article": basis.article}
        version = drafting.revise(actor, question, AMENDED, entry)
    record(actor, "question.ask_edit", f"question:{question.id}")
    return version


def _open(actor: Actor, question: Question, *, by_author: bool = False) -> tuple[QuestionVersion, list[AmendmentFlag]]:
    ensure(actor, "question.review")
    flags = flag_queries.list_open_flags([question.id]).get(question.id, [])
    if question.state is not QuestionState.FLAGGED or not flags:
        raise NotFlagged
    current = queries.get_version(question, question.version_no)
    if not by_author and current.author_id is not None and current.author_id == actor.person_id:
        raise OwnVersion
    return current, flags
