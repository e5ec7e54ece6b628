"""`flask people create-admin`, `issue-code` and `flask access list` (命令)."""

from __future__ import annotations

import json
import re

from flask import Flask

from lawedu.core.policy import Role
from lawedu.db import db
from lawedu.people import activation
from lawedu.people.models import Person, RoleGrant, Unit
from tests import cast


def test_the_first_administrator_comes_from_the_command_and_activates_once(app: Flask) -> None:
    runner = app.test_cli_runner()
    made = runner.invoke(args=["people", "create-admin", "--number", "GX1", "--name", "首任", "--unit", "党政办公室"])

    assert made.exit_code == 0, made.output
    code = re.search(r"激活码：(\S+)", made.output)
    assert code
    assert activation.check_code(code[1]).staff_number == "GX1"
    assert cast.count(RoleGrant, role=Role.SECURITY_ADMIN, requested_by=None) == 1
    client = app.test_client()
    data = {"code": code[1], "password": "Feng-Zhi-2027x", "password_again": "Feng-Zhi-2027x"}
    assert cast.post(client, "/activate", data).status_code == 303
    assert client.get("/bench/roles/grant").status_code == 200


def test_the_command_does_not_give_the_role_twice(app: Flask) -> None:
    runner = app.test_cli_runner()
    arguments = ["people", "create-admin", "--number", "GX1", "--name", "首任", "--unit", "党政办公室"]
    runner.invoke(args=arguments)
    again = runner.invoke(args=arguments)

    assert again.exit_code == 1
    assert "已有同样的授权" in again.output


def test_it_refuses_while_two_people_can_approve(app: Flask, security_admin: Person, hr: Person) -> None:
    made = app.test_cli_runner().invoke(
        args=["people", "create-admin", "--number", "GX9", "--name", "甲", "--unit", "乙"]
    )

    assert made.exit_code == 1
    assert "角色授权" in made.output
    assert db.session.query(Person).filter_by(staff_number="GX9").count() == 0


def test_it_refuses_another_name_and_an_unknown_number_without_a_unit(app: Flask, wang: Person) -> None:
    runner = app.test_cli_runner()

    assert (
        runner.invoke(args=["people", "create-admin", "--number", wang.staff_number, "--name", "别人"]).exit_code == 1
    )
    assert runner.invoke(args=["people", "create-admin", "--number", "GX9", "--name", "甲"]).exit_code == 1
    assert cast.count(RoleGrant) == 0


def test_a_way_back_in_for_the_administrator(app: Flask, security_admin: Person, unit: Unit) -> None:
    runner = app.test_cli_runner()

    assert "激活码：" in runner.invoke(args=["people", "issue-code", security_admin.staff_number]).output
    assert runner.invoke(args=["people", "issue-code", "GX404"]).exit_code == 1


def test_every_door_is_listed_with_permission_and_roles(app: Flask) -> None:
    listed = app.test_cli_runner().invoke(args=["access", "list", "--json"])
    doors = json.loads(listed.output)["endpoints"]
    found = {(door["rule"], *door["methods"]): door for door in doors}

    assert listed.exit_code == 0
    assert found["/sign-in", "POST"]["permission"] == "public"
    assert found["/bench/roles/grant", "POST"]["roles"] == ["security_admin"]
    assert all(set(door) == {"endpoint", "rule", "methods", "permission", "roles"} for door in doors)


def test_the_list_for_people_names_them_too(app: Flask) -> None:
    assert "/sign-in" in app.test_cli_runner().invoke(args=["access", "list"]).output
