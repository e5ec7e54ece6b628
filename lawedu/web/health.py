"""Health (健康检查): /healthz says the process answers, /readyz whether it can serve and keep what it is given."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lawedu import clock
from lawedu.core.policy import PUBLIC
from lawedu.db import db
from lawedu.web.access import access

bp = Blueprint("health", __name__)
LEAST_SPACE = 200 * 1024 * 1024
EARLIEST_YEAR = 2026


def problems(app: Flask) -> list[str]:
    """Everything that keeps this process from serving, as Chinese sentences; empty when ready."""
    found = []
    data = Path(app.config["LAWEDU_DATA"])
    if shutil.disk_usage(data).free < LEAST_SPACE:
        found.append("磁盘剩余空间不足 200 MB，请清理后再使用。")
    if clock.now().year < EARLIEST_YEAR:
        found.append("服务器时钟不正确，请校准时间。")
    found.extend(_database_problems())
    return found


def _database_problems() -> list[str]:
    try:
        with db.engine.connect().execution_options(writing=True) as connection:
            current = MigrationContext.configure(connection).get_current_heads()
            if (
                connection.dialect.name == "postgresql"
                and connection.scalar(text("SHOW transaction_read_only")) == "on"
            ):
                return ["数据库当前只读。"]
            connection.rollback()
    except DBAPIError:
        return ["数据库无法连接或无法写入。"]
    wanted = ScriptDirectory.from_config(_alembic_config()).get_heads()
    if set(current) != set(wanted):
        return ["数据库版本与程序不一致，请运行 flask --app app db upgrade。"]
    return []


def _alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(current_app.root_path).parent / "migrations"))
    return config


@bp.get("/healthz")
@access(PUBLIC)
def healthz() -> Any:
    """The process is alive."""
    return jsonify(status="ok")


@bp.get("/readyz")
@access(PUBLIC)
def readyz() -> Any:
    """Ready to serve, or 503 with reasons."""
    found = problems(current_app._get_current_object())  # type: ignore[attr-defined]
    return jsonify(status="ready" if not found else "not ready", reasons=found), 503 if found else 200
