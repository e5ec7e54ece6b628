"""Questions as living things (题目的版本、审核、条文变动)

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

import lawedu.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ORIGINS = ("file", "system")
STATES = ("draft", "submitted", "returned", "released", "dropped")
FATES = ("unchanged", "changed", "renumbered", "renumbered_changed", "added", "deleted")
VERDICTS = ("approved", "returned", "still_right", "edit", "retired")


def upgrade():
    _extend_question()
    _extend_version()
    _add_review()
    _add_flags()


def _words(values):
    return ", ".join(f"'{value}'" for value in values)


def _extend_question():
    with op.batch_alter_table("question") as batch_op:
        batch_op.add_column(sa.Column("working_no", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("origin", sa.String(32), nullable=False, server_default="file"))
        batch_op.add_column(sa.Column("edited_here", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index("ix_question_state", ["state", "id"], unique=False)
    with op.batch_alter_table("question") as batch_op:
        batch_op.alter_column("origin", server_default=None)
        batch_op.alter_column("edited_here", server_default=None)
        batch_op.create_check_constraint(op.f("ck_question_questionorigin"), f"origin IN ({_words(ORIGINS)})")


def _extend_version():
    """Versions that are there came from files and are released; their use stood with the question until now."""
    with op.batch_alter_table("question_version") as batch_op:
        batch_op.add_column(sa.Column("use", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(32), nullable=False, server_default="released"))
        batch_op.add_column(sa.Column("author_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("saved_at", lawedu.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("submitted_at", lawedu.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("edit_no", sa.Integer(), nullable=False, server_default="0"))
    _fill_use()
    with op.batch_alter_table("question_version") as batch_op:
        batch_op.alter_column("use", existing_type=sa.JSON(), nullable=False)
        for name in ("state", "reason", "edit_no"):
            batch_op.alter_column(name, server_default=None)
        batch_op.create_check_constraint(op.f("ck_question_version_versionstate"), f"state IN ({_words(STATES)})")
        batch_op.create_foreign_key(op.f("fk_question_version_author_id_person"), "person", ["author_id"], ["id"])
        batch_op.create_index("ix_question_version_author", ["author_id", "state"], unique=False)
        batch_op.create_index("ix_question_version_state", ["state", "id"], unique=False)


def _fill_use():
    question = sa.table("question", sa.column("id"), sa.column("for_practice", sa.Boolean), sa.column("for_exam", sa.Boolean))
    version = sa.table("question_version", sa.column("question_id"), sa.column("use", sa.JSON))
    for is_practice in (True, False):
        for is_exam in (True, False):
            of_these = sa.select(question.c.id).where(
                question.c.for_practice.is_(is_practice), question.c.for_exam.is_(is_exam)
            )
            use = [name for name, held in (("practice", is_practice), ("exam", is_exam)) if held]
            op.execute(version.update().where(version.c.question_id.in_(of_these)).values(use=use))


def _add_review():
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(*VERDICTS, name="verdict", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("created_at", lawedu.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_review_question_id_question")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_review_reviewer_id_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_review_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index("ix_review_question", "review", ["question_id", "id"], unique=False)
    op.create_index(op.f("ix_review_version_id"), "review", ["version_id"], unique=False)
    op.create_table(
        "question_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", lawedu.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_question_comment_person_id_person")),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_question_comment_question_id_question")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_question_comment_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_comment")),
    )
    op.create_index("ix_question_comment_question", "question_comment", ["question_id", "id"], unique=False)
    op.create_index(op.f("ix_question_comment_version_id"), "question_comment", ["version_id"], unique=False)


def _add_flags():
    op.create_table(
        "amendment_flag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("old_version", sa.Date(), nullable=False),
        sa.Column("new_version", sa.Date(), nullable=False),
        sa.Column(
            "fate", sa.Enum(*FATES, name="fate", native_enum=False, create_constraint=True, length=32), nullable=False
        ),
        sa.Column("old_article", sa.String(), nullable=False),
        sa.Column("new_article", sa.String(), nullable=True),
        sa.Column("old_text", sa.Text(), nullable=False),
        sa.Column("new_text", sa.Text(), nullable=False),
        sa.Column("created_at", lawedu.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["question.id"], name=op.f("fk_amendment_flag_question_id_question")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_amendment_flag_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_flag")),
        sa.UniqueConstraint(
            "version_id", "position", "new_version", name=op.f("uq_amendment_flag_version_id_position_new_version")
        ),
    )
    op.create_index("ix_amendment_flag_question", "amendment_flag", ["question_id", "id"], unique=False)
    op.create_table(
        "flag_settlement",
        sa.Column("flag_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["amendment_flag.id"], name=op.f("fk_flag_settlement_flag_id_amendment_flag")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_flag_settlement_review_id_review")),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("pk_flag_settlement")),
    )
    op.create_index(op.f("ix_flag_settlement_review_id"), "flag_settlement", ["review_id"], unique=False)


def downgrade():
    for name in ("flag_settlement", "amendment_flag", "question_comment", "review"):
        op.drop_table(name)
    with op.batch_alter_table("question_version") as batch_op:
        batch_op.drop_constraint(op.f("fk_question_version_author_id_person"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_question_version_versionstate"), type_="check")
        batch_op.drop_index("ix_question_version_state")
        batch_op.drop_index("ix_question_version_author")
        for name in ("edit_no", "submitted_at", "saved_at", "reason", "author_id", "state", "use"):
            batch_op.drop_column(name)
    with op.batch_alter_table("question") as batch_op:
        batch_op.drop_constraint(op.f("ck_question_questionorigin"), type_="check")
        batch_op.drop_index("ix_question_state")
        for name in ("edited_here", "origin", "working_no"):
            batch_op.drop_column(name)
