"""How much waits at the places of a menu (待办数), so that nobody has to open a page to find it empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from lawedu.core.policy import Actor
from lawedu.db import db
from lawedu.exams import exemption_queries
from lawedu.home import queries
from lawedu.people import role_queries
from lawedu.questions import bench_queries, flag_queries
from lawedu.questions.models import QuestionVersion


def _to_review(actor: Actor) -> int:
    query = bench_queries.select_to_review(actor).with_only_columns(func.count(QuestionVersion.id)).order_by(None)
    return db.session.scalar(query) or 0


def _grants(actor: Actor) -> int:
    query = select(func.count()).select_from(role_queries.select_grants("pending").order_by(None).subquery())
    return db.session.scalar(query) or 0


# One cheap statement each; they run only for the menu in front of its reader.
COUNTS: Mapping[str, Callable[[Actor], int]] = {
    "question_reviews.index": _to_review,
    "question_flags.index": lambda _: flag_queries.count_flagged(),
    "exemptions.queue": exemption_queries.count_open,
    "home.approvals": lambda actor: len(queries.list_pending_approvals(actor)),
    "roles.requests": _grants,
}


def count_waiting(actor: Actor, endpoints: Iterable[str]) -> dict[str, int]:
    """Endpoint → how much waits there for this actor, for those that count. Nothing while the database does not
    answer: the page that says so has a menu as well.
    """
    try:
        return {endpoint: COUNTS[endpoint](actor) for endpoint in endpoints if endpoint in COUNTS}
    except DBAPIError:
        return {}
