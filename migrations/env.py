"""Alembic environment (数据库迁移): one transaction, SQLite with foreign keys off while tables are rebuilt."""

from alembic import context
from flask import current_app
from sqlalchemy import text

from lawedu.db import Base, db
from lawedu.statutes.search_index import is_index_table

config = context.config


def run() -> None:
    """Migrate over a connection of the application's own engine."""
    with db.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Rebuilding a table with foreign keys on would empty the children that cascade; it only works outside a
            # transaction.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        connection = connection.execution_options(writing=True)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            include_name=lambda name, kind, _parents: not (kind == "table" and is_index_table(name)),
            user_module_prefix="lawedu.db.",
        )
        with context.begin_transaction():
            context.run_migrations()
            if sqlite:
                broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
                if broken:
                    raise RuntimeError(f"foreign keys broken after migration: {broken[:5]}")
        if sqlite:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


if current_app:
    run()
