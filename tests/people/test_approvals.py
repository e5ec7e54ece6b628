"""Requests to a second person (双人审批)."""

from __future__ import annotations

import pytest

from lawedu.db import transaction
from lawedu.people import approval_queries, approvals
from lawedu.people.models import Approval, ApprovalState, Person
from tests import cast


@pytest.fixture
def asked(exam_admin: Person) -> Approval:
    """A request of the exam administrator."""
    actor = cast.actor_of(exam_admin)
    with transaction():
        return approvals.request(actor, "exam.publish", 7, "发布年度普法考试", "准备就绪")


def test_another_person_approves(asked: Approval, second_exam_admin: Person) -> None:
    actor = cast.actor_of(second_exam_admin)
    with transaction():
        approvals.approve(actor, asked, "同意")

    assert cast.count(Approval, state=ApprovalState.APPROVED, decided_by=second_exam_admin.id) == 1
    assert approval_queries.find_pending("exam.publish", 7) is None


def test_the_requester_does_not_approve(asked: Approval, exam_admin: Person) -> None:
    actor = cast.actor_of(exam_admin)
    with pytest.raises(approvals.OwnRequest), transaction():
        approvals.approve(actor, asked)
    assert cast.count(Approval, state=ApprovalState.PENDING) == 1


def test_a_decision_stands(asked: Approval, second_exam_admin: Person) -> None:
    actor = cast.actor_of(second_exam_admin)
    with transaction():
        approvals.reject(actor, asked, "题量不足")
    with pytest.raises(approvals.AlreadyDecided), transaction():
        approvals.approve(actor, asked)


def test_one_request_waits_at_a_time(asked: Approval, exam_admin: Person, second_exam_admin: Person) -> None:
    actor = cast.actor_of(second_exam_admin)
    with pytest.raises(approvals.AlreadyRequested), transaction():
        approvals.request(actor, "exam.publish", 7, "发布", "")
    with transaction():
        approvals.request(actor, "exam.publish", 8, "发布另一场", "")


def test_only_the_requester_withdraws_and_may_ask_again(
    asked: Approval, exam_admin: Person, second_exam_admin: Person
) -> None:
    owner, other = cast.actor_of(exam_admin), cast.actor_of(second_exam_admin)
    with pytest.raises(approvals.NotTheRequester), transaction():
        approvals.withdraw(other, asked)
    with transaction():
        approvals.withdraw(owner, asked)
    with transaction():
        approvals.request(owner, "exam.publish", 7, "发布", "")

    assert cast.count(Approval) == 2
