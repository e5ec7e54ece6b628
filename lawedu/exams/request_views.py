"""What pages of two-person acts share (双人办理): the password again, the form with the refusal over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lawedu.core.errors import BadInput, Refusal
from lawedu.db import transaction
from lawedu.exams.forms import DecideForm, RequestForm
from lawedu.people import accounts
from lawedu.web.access import actor

ELSEWHERE = (403, 404, 503)


def carry_out(form: RequestForm | DecideForm, deed: Callable[[], None], page: Callable[..., str]) -> Any:
    """Ask for the password, do the deed in one transaction; on a refusal the page comes back with what was typed.

    None when it was done. A wrong password is counted like one at sign-in.
    """
    try:
        accounts.ensure_confirmed(actor(), form.password.data or "")
        with transaction():
            deed()
    except accounts.WrongPassword as refusal:
        if not isinstance(refusal, accounts.PasswordNeeded):
            with transaction():
                accounts.count_wrong_own(actor())
        form.password.errors = [refusal.text]
        return page(form), 422
    except Refusal as refusal:
        if refusal.status in ELSEWHERE:
            raise
        return page(form, refusal.text), refusal.status
    return None


def read_decision(form: DecideForm, decision: str) -> bool:
    """Whether the form is good for this decision: who refuses says why. Raises BadInput for no decision at all."""
    if decision not in ("approve", "reject"):
        raise BadInput
    good = form.validate()
    if decision == "reject" and not form.note.data:
        form.note.errors = ["不同意时请填写审批意见，写明要改什么。"]
        return False
    return bool(good)
