"""`flask people …` (人员命令): the first administrator, and a way back in when nobody can issue a slip."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from lawedu import clock
from lawedu.core.errors import Refusal
from lawedu.core.policy import MACHINE
from lawedu.db import db, transaction
from lawedu.people import account_queries, activation, factor_resets, role_queries, roles
from lawedu.people.models import Person, PersonCategory, Posting, PostingKind, Unit, UnitKind

people = AppGroup("people", help="人员：建立首位安全管理员、发放激活码、导入名册。")


@people.command("create-admin")
@click.option("--number", required=True, help="工号")
@click.option("--name", required=True, help="姓名")
@click.option("--unit", "unit_name", default="", help="单位全称；名册里还没有这个人时必填")
def create_admin(number: str, name: str, unit_name: str) -> None:
    """建立首位安全管理员，并打印一次性激活码。"""
    try:
        with transaction():
            if role_queries.count_active_approvers() >= 2:
                raise click.ClickException("已有两位以上可以审批授权的人员，请在“角色授权”页面办理。")
            person = _person(number.strip(), name.strip(), unit_name.strip())
            roles.make_administrator(person)
            slip = activation.issue_codes(MACHINE, [person])[0]
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from refusal
    _print(slip)


@people.command("issue-code")
@click.argument("number")
def issue_code(number: str) -> None:
    """为一人发放激活码：安全管理员本人忘记密码时使用。"""
    try:
        with transaction():
            person = role_queries.find_person(number.strip())
            if person is None:
                raise click.ClickException("没有找到这个工号。")
            slip = activation.issue_codes(MACHINE, [person])[0]
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from refusal
    _print(slip)


@people.command("reset-factor")
@click.argument("number")
def reset_factor(number: str) -> None:
    """重置一人的动态验证码：凑不齐两位可以提出和审批的人员时使用。"""
    try:
        with transaction():
            person = role_queries.find_person(number.strip())
            if person is None:
                raise click.ClickException("没有找到这个工号。")
            factor_resets.reset_by_command(person)
            name = person.name
    except Refusal as refusal:
        raise click.ClickException(refusal.text) from refusal
    click.echo(f"{name}的动态验证码已重置，登录已全部退出。本人用密码登录后按提示重新设置。")


def _print(slip: activation.Slip) -> None:
    until = slip.expires_at.astimezone(clock.BEIJING)
    click.echo(f"{slip.name}（{slip.staff_number}，{slip.unit}）")
    click.echo(f"激活码：{slip.code}")
    click.echo(f"有效期至：{until:%Y-%m-%d %H:%M}，只能使用一次。请打开 /activate 页面设置密码。")


def _person(number: str, name: str, unit_name: str) -> Person:
    """The person of the roster, or a new one: the very first has nobody who could import them."""
    found = role_queries.find_person(number)
    if found is not None:
        if found.name != name:
            raise click.ClickException("名册里这个工号是另一个人，请核对。")
        return found
    if not (number and name and unit_name):
        raise click.ClickException("名册里没有这个工号：请用 --unit 写明单位全称。")
    person = Person(staff_number=number, name=name, unit=_unit(unit_name), category=PersonCategory.CIVIL_SERVANT)
    db.session.add(person)
    db.session.flush()
    today = clock.today()
    db.session.add(
        Posting(person_id=person.id, unit_id=person.unit_id, kind=PostingKind.ESTABLISHMENT, counts=True, from_on=today)
    )
    return account_queries.get_person(person.id)


def _unit(name: str) -> Unit:
    units = role_queries.list_units_named(name)
    if len(units) > 1:
        raise click.ClickException("有多个单位叫这个名称，请写全称。")
    if units:
        return units[0]
    unit = Unit(name=name, kind=UnitKind.INTERNAL_OFFICE)
    db.session.add(unit)
    db.session.flush()
    unit.path, unit.sort_path = f"/{unit.id}/", f"{unit.sort_order:06d}/"
    return unit
