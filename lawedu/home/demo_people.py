"""People of the made-up zone (演示人员): officials in every unit, one account of every role. All names invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from sqlalchemy import insert, select, update

from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.home.demo_units import ZONE
from lawedu.people.models import (
    Account,
    AccountState,
    Person,
    PersonCategory,
    Posting,
    PostingKind,
    RoleGrant,
    Unit,
    UnitKind,
)

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马"
    "苗方俞任袁柳史唐薛雷贺倪汤罗毕安常于傅齐康伍余顾孟黄穆萧尹"
)
GIVEN = "建国志远文静海燕晓东明哲雨桐思齐立新春梅永强秀兰宏伟丽华俊杰子涵玉珍振华雪松广平亚楠卫东嘉宁书恒若溪景行知微"
AUTHORITIES = ("区管", "单位管理")
# Where the staff of the site sit, and as what. The first of each role is printed by `run.py`.
STAFF: tuple[tuple[Role, str, str, str | None], ...] = (
    (Role.UNIT_ADMIN, "应急管理局", "综合科科长", "应急管理局"),
    (Role.UNIT_ADMIN, "澄溪街道", "组织委员", "澄溪街道"),
    (Role.EXAM_ADMIN, "政法和普法工作办公室", "普法办副主任", None),
    (Role.EXAM_ADMIN, "政法和普法工作办公室", "普法办科员", None),
    (Role.HR, "组织人事部", "干部科科长", None),
    (Role.ORGANIZER, "政法和普法工作办公室", "普法办主任", None),
    (Role.AUTHOR, "综合行政执法局", "法制科科长", None),
    (Role.REVIEWER, "行政审批服务局", "公职律师", None),
    (Role.LEADER, "党政办公室", "管委会副主任", None),
    (Role.INVIGILATOR, "社会事务局", "科员", None),
    (Role.MARKER, "建设与规划局", "科员", None),
    (Role.INSPECTOR, "党政办公室", "督查科科员", None),
    (Role.AUDITOR, "保密工作办公室", "保密办主任", None),
    (Role.SECURITY_ADMIN, "党政办公室", "机要科科长", None),
    (Role.SYSTEM_ADMIN, "党政办公室", "信息中心工程师", None),
)
CATEGORY = {
    UnitKind.INTERNAL_OFFICE: PersonCategory.CIVIL_SERVANT,
    UnitKind.DUAL_MANAGED: PersonCategory.CIVIL_SERVANT,
    UnitKind.GROUP_COMPANY: PersonCategory.SOE_STAFF,
    UnitKind.SUBDISTRICT: PersonCategory.CIVIL_SERVANT,
    UnitKind.VILLAGE: PersonCategory.VILLAGE_CADRE,
}
BATCH = 5000


@dataclass(frozen=True)
class Listed:
    """A demo account as printed."""

    role: Role
    staff_number: str
    name: str
    unit: str


def make_people(units: dict[str, Unit], officials: int, password_hash: str, now: datetime, rng: Random) -> list[Listed]:
    """Insert officials and the staff of the site in bulk; returns the accounts, staff first."""
    staff = [
        _row(index, units[unit], rng, title, number=f"GX9{index:04d}")
        for index, (_, unit, title, _) in enumerate(STAFF, 1)
    ]
    homes = [unit for unit in units.values() if unit.name != ZONE]
    weights = [1 if unit.kind is UnitKind.VILLAGE else 6 for unit in homes]
    chosen = sorted(rng.choices(homes, weights, k=officials), key=lambda unit: unit.sort_path)
    rows = staff + [_row(index, unit, rng, "科员", number=f"GX{index:05d}") for index, unit in enumerate(chosen, 1)]
    for part in _parts(rows):
        db.session.execute(insert(Person), part)
    _add_accounts(now, password_hash)
    _add_grants(units, now)
    names = {unit.id: unit.name for unit in units.values()}
    listed = [
        Listed(role, row["staff_number"], row["name"], names[row["unit_id"]])
        for (role, *_), row in zip(STAFF, staff, strict=True)
    ]
    return listed + [
        Listed(Role.OFFICIAL, row["staff_number"], row["name"], names[row["unit_id"]]) for row in rows[len(staff) :]
    ]


def _row(index: int, unit: Unit, rng: Random, title: str, number: str) -> dict[str, Any]:
    category = CATEGORY[unit.kind]
    if category is PersonCategory.CIVIL_SERVANT and rng.random() < 0.3:
        category = PersonCategory.INSTITUTION_STAFF
    leader = title == "科员" and rng.random() < 0.08
    given = "".join(rng.choice(GIVEN) for _ in range(1 if rng.random() < 0.15 else 2))
    return {
        "staff_number": number,
        "number_is_ours": False,
        "name": rng.choice(SURNAMES) + given,
        "unit_id": unit.id,
        "work_unit_id": None,
        "post_title": "副局长" if leader else title if unit.kind is not UnitKind.VILLAGE else "村（居）干部",
        "grade_level": "",
        "category": category,
        "is_leader": leader or title.endswith(("主任", "副主任")),
        "is_enforcement": unit.name in ("综合行政执法局", "应急管理局", "市场监督管理分局") and rng.random() < 0.7,
        "cadre_authority": AUTHORITIES[0] if leader else AUTHORITIES[1],
        "sort_order": index,
        "mobile_tail": "",
        "is_demo": True,
    }


def _parts(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), BATCH):
        yield list(rows[start : start + BATCH])


def _add_accounts(now: datetime, password_hash: str) -> None:
    """One password, hashed once; a counting posting for everyone."""
    people = db.session.execute(select(Person.id, Person.unit_id)).all()
    start = date(now.year, 1, 1)
    account = {
        "state": AccountState.ACTIVE,
        "password_hash": password_hash,
        "password_changed_at": now,
        "activated_at": now,
    }
    posting = {"kind": PostingKind.ESTABLISHMENT, "counts": True, "from_on": start, "reason": ""}
    for part in _parts([{"person_id": person, **account} for person, _ in people]):
        db.session.execute(insert(Account), part)
    for part in _parts([{"person_id": person, "unit_id": unit, **posting} for person, unit in people]):
        db.session.execute(insert(Posting), part)


def _add_grants(units: dict[str, Unit], now: datetime) -> None:
    numbers = [f"GX9{index:04d}" for index in range(1, len(STAFF) + 1)]
    ids = {
        number: person
        for person, number in db.session.execute(
            select(Person.id, Person.staff_number).where(Person.staff_number.in_(numbers))
        )
    }
    db.session.execute(
        insert(RoleGrant),
        [
            {
                "person_id": ids[number],
                "role": role,
                "unit_id": units[scope].id if scope else None,
                "reason": "演示授权",
                "requested_at": now,
                "approved_at": now,
            }
            for number, (role, _, _, scope) in zip(numbers, STAFF, strict=True)
        ],
    )


def set_password(password_hash: str, now: datetime) -> None:
    """The shared password anew, for everyone."""
    db.session.execute(update(Account).values(password_hash=password_hash, password_changed_at=now))


def list_demo_accounts() -> list[Listed]:
    """The accounts as made: staff of the site with their role, everyone else as an official."""
    rows = db.session.execute(
        select(Person.staff_number, Person.name, Unit.name.label("unit"), RoleGrant.role)
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.is_demo.is_(True))
        .order_by(Person.id)
    )
    return [Listed(row.role or Role.OFFICIAL, row.staff_number, row.name, row.unit) for row in rows]
