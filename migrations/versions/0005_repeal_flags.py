"""Flags of laws that ended as a whole (整部废止)

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("amendment_flag") as table:
        table.add_column(sa.Column("is_repeal", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("amendment_flag") as table:
        table.alter_column("is_repeal", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade():
    with op.batch_alter_table("amendment_flag") as table:
        table.drop_column("is_repeal")
