"""Demo data (演示数据): a made-up zone with people, roles and exams. Refuses a database that has real people."""

from __future__ import annotations

import secrets
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import exists, select

from lawedu import wording
from lawedu.core.errors import RuleBroken
from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.exams.models import Exam
from lawedu.home.demo_exams import DemoExams, make_exams
from lawedu.home.demo_people import Listed, list_demo_accounts, make_people, set_password
from lawedu.home.demo_units import make_units
from lawedu.people import passwords
from lawedu.people.models import Person
from lawedu.questions.models import Question

MOST_OFFICIALS = 100_000
SEED = 20261204


class RealPeople(RuleBroken):
    """Demo data never mix with real people (已有真实人员)."""

    code = "real_people"
    sentence = "数据库里已有真实人员，演示数据没有载入。请换一个空的数据库（LAWEDU_DATA 或 DATABASE_URL）。"


class NoBank(RuleBroken):
    """Exams need questions (题库为空)."""

    code = "no_bank"
    sentence = "题库是空的：请先运行 flask --app app bank load question_bank。"


def make(officials: int, now: datetime, base_url: str) -> dict[str, Any]:
    """Make the demo data, or refresh the password of those there; returns what is printed (contract.md).

    Raises RealPeople, NoBank.
    """
    if db.session.scalar(select(exists().where(Person.is_demo.is_(False)))):
        raise RealPeople
    if not db.session.scalar(select(exists().where(Question.id > 0))):
        raise NoBank
    password = f"Gaoxin-{secrets.randbelow(10**6):06d}"
    password_hash = passwords.hash_password(password)
    if db.session.scalar(select(exists().where(Person.is_demo.is_(True)))):
        set_password(password_hash, now)
        accounts, exams = list_demo_accounts(), _known_exams()
    else:
        # The same zone every time; only the password differs.
        rng = Random(SEED)  # noqa: S311
        accounts = make_people(make_units(), officials, password_hash, now, rng)
        exams = make_exams(now, rng)
    return _printed(accounts, exams, password, base_url)


def _known_exams() -> DemoExams:
    closed, opened, batch = db.session.scalars(select(Exam.id).order_by(Exam.id).limit(3)).all()
    return DemoExams(opened, closed, batch)


def _printed(accounts: list[Listed], exams: DemoExams, password: str, base_url: str) -> dict[str, Any]:
    order = {role: number for number, role in enumerate([Role.OFFICIAL, *Role])}
    return {
        "accounts": [
            {
                "role": account.role.value,
                "role_label": wording.label(account.role),
                "staff_number": account.staff_number,
                "password": password,
                "name": account.name,
                "unit": account.unit,
            }
            for account in sorted(accounts, key=lambda account: order[account.role])
        ],
        "exams": {
            "annual_open": exams.annual_open,
            "annual_closed": exams.annual_closed,
            "pre_appointment": exams.pre_appointment,
        },
        "base_url": base_url,
    }
