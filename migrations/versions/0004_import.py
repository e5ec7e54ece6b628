"""Imports of questions, waiting to be settled (题目导入)

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

import lawedu.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('question_import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('file_id', sa.String(), nullable=False),
    sa.Column('form', sa.String(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', lawedu.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('applied_at', lawedu.db.UtcDateTime(timezone=True), nullable=True),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['created_by'], ['person.id'], name=op.f('fk_question_import_created_by_person')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_question_import_file_id_stored_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_import'))
    )
    with op.batch_alter_table('question_import', schema=None) as batch_op:
        batch_op.create_index('ix_question_import_created', ['created_by', 'id'], unique=False)

    op.create_table('question_import_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sheet', sa.String(), nullable=False),
    sa.Column('first', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('doubtful', 'clear', 'settled', 'discarded', 'saved', name='importstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('confidence', sa.Integer(), nullable=False),
    sa.Column('entry', sa.JSON(), nullable=False),
    sa.Column('original', sa.Text(), nullable=False),
    sa.Column('doubts', sa.JSON(), nullable=False),
    sa.Column('notes', sa.JSON(), nullable=False),
    sa.Column('question_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['question_import.id'], name=op.f('fk_question_import_row_import_id_question_import')),
    sa.ForeignKeyConstraint(['question_id'], ['question.id'], name=op.f('fk_question_import_row_question_id_question')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_question_import_row')),
    sa.UniqueConstraint('import_id', 'position', name=op.f('uq_question_import_row_import_id_position'))
    )
    with op.batch_alter_table('question_import_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_question_import_row_question_id'), ['question_id'], unique=False)
        batch_op.create_index('ix_question_import_row_state', ['import_id', 'state', 'position'], unique=False)



def downgrade():
    with op.batch_alter_table('question_import_row', schema=None) as batch_op:
        batch_op.drop_index('ix_question_import_row_state')
        batch_op.drop_index(batch_op.f('ix_question_import_row_question_id'))

    op.drop_table('question_import_row')
    with op.batch_alter_table('question_import', schema=None) as batch_op:
        batch_op.drop_index('ix_question_import_created')

    op.drop_table('question_import')
