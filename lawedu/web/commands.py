"""`flask access list` (入口清单): every door with its permission and who holds it."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from lawedu.core.policy import POLICY, PUBLIC, SIGNED_IN
from lawedu.web.access import permission_of

door_commands = AppGroup("access", help="入口：列出地址、权限和角色。")


@door_commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="只输出 JSON。")
def list_doors(as_json: bool) -> None:
    """列出所有入口。0 每个入口都写明权限，1 有入口没有权限。"""
    found = endpoints(current_app._get_current_object())  # type: ignore[attr-defined]
    if as_json:
        click.echo(json.dumps({"endpoints": found}, ensure_ascii=False))
    else:
        for one in found:
            click.echo(
                f"{','.join(one['methods']):<10} {one['rule']:<50} {one['permission']:<22} {','.join(one['roles'])}"
            )
    raise SystemExit(0 if all(one["permission"] for one in found) else 1)


def endpoints(app: Flask) -> list[dict[str, Any]]:
    """Every rule of the URL map with its declared permission; HEAD and OPTIONS go without saying."""
    return [
        {
            "endpoint": rule.endpoint,
            "rule": rule.rule,
            "methods": sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}),
            "permission": (permission := permission_of(app, rule.endpoint)),
            "roles": sorted(POLICY.get(permission, {})) if permission not in (PUBLIC, SIGNED_IN) else [],
        }
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    ]
