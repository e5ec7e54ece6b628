"""The law library (法律库), its search index, must-know lists

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

import lawedu.db
from lawedu.statutes.search_index import CREATE, DROP

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('instrument',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('short_title', sa.String(), nullable=False),
    sa.Column('kind', sa.Enum('constitution', 'law', 'interpretation', 'amendment', 'administrative_regulation', 'party_regulation', 'local_regulation', name='instrumentkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('department', sa.String(), nullable=False),
    sa.Column('issuing_body', sa.String(), nullable=False),
    sa.Column('adopted_on', sa.Date(), nullable=True),
    sa.Column('is_repealed', sa.Boolean(), nullable=False),
    sa.Column('repealed_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument')),
    sa.UniqueConstraint('title', name=op.f('uq_instrument_title'))
    )
    with op.batch_alter_table('instrument', schema=None) as batch_op:
        batch_op.create_index('ix_instrument_list', ['kind', 'department', 'short_title'], unique=False)

    op.create_table('instrument_name',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_instrument_name_instrument_id_instrument')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument_name')),
    sa.UniqueConstraint('name', name=op.f('uq_instrument_name_name'))
    )
    with op.batch_alter_table('instrument_name', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_instrument_name_instrument_id'), ['instrument_id'], unique=False)

    op.create_table('instrument_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('version_on', sa.Date(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('in_force_on', sa.Date(), nullable=False),
    sa.Column('is_in_force_known', sa.Boolean(), nullable=False),
    sa.Column('act', sa.Enum('adopted', 'revised', 'amended', 'published', name='versionact', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('origin', sa.Enum('facts', 'package', 'file', name='origin', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('is_doubtful', sa.Boolean(), nullable=False),
    sa.Column('article_count', sa.Integer(), nullable=False),
    sa.Column('text_hash', sa.String(), nullable=False),
    sa.Column('loaded_at', lawedu.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_instrument_version_instrument_id_instrument')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instrument_version')),
    sa.UniqueConstraint('instrument_id', 'version_on', 'edition', name=op.f('uq_instrument_version_instrument_id_version_on_edition'))
    )
    op.create_table('must_know_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('common', 'field', 'post', name='listkind', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('category', sa.Enum('civil_servant', 'reference_managed', 'institution_staff', 'soe_staff', 'village_cadre', 'mediator', 'grid_worker', 'contract_staff', name='personcategory', native_enum=False, create_constraint=True, length=32), nullable=True),
    sa.Column('leaders_only', sa.Boolean(), nullable=False),
    sa.Column('enforcement_only', sa.Boolean(), nullable=False),
    sa.Column('created_at', lawedu.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', lawedu.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_must_know_list_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_must_know_list')),
    sa.UniqueConstraint('name', name=op.f('uq_must_know_list_name'))
    )
    with op.batch_alter_table('must_know_list', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_must_know_list_unit_id'), ['unit_id'], unique=False)

    op.create_table('article',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('sub', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('chapter', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['instrument_version.id'], name=op.f('fk_article_version_id_instrument_version')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_article')),
    sa.UniqueConstraint('version_id', 'number', 'sub', name=op.f('uq_article_version_id_number_sub'))
    )
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.create_index('ix_article_place', ['version_id', 'position'], unique=False)

    op.create_table('current_version',
    sa.Column('instrument_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('since_at', lawedu.db.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_current_version_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['version_id'], ['instrument_version.id'], name=op.f('fk_current_version_version_id_instrument_version')),
    sa.PrimaryKeyConstraint('instrument_id', name=op.f('pk_current_version'))
    )
    with op.batch_alter_table('current_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_current_version_version_id'), ['version_id'], unique=False)

    op.create_table('must_know_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('list_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('instrument_id', sa.Integer(), nullable=True),
    sa.Column('articles', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['instrument_id'], ['instrument.id'], name=op.f('fk_must_know_item_instrument_id_instrument')),
    sa.ForeignKeyConstraint(['list_id'], ['must_know_list.id'], name=op.f('fk_must_know_item_list_id_must_know_list')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_must_know_item')),
    sa.UniqueConstraint('list_id', 'title', name=op.f('uq_must_know_item_list_id_title'))
    )
    with op.batch_alter_table('must_know_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_must_know_item_instrument_id'), ['instrument_id'], unique=False)

    op.create_table('reading_mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('version_on', sa.Date(), nullable=True),
    sa.Column('read_at', lawedu.db.UtcDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', lawedu.db.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reading_mark_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading_mark')),
    sa.UniqueConstraint('person_id', 'title', name=op.f('uq_reading_mark_person_id_title'))
    )
    for statement in CREATE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade():
    for statement in DROP[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table('reading_mark')
    with op.batch_alter_table('must_know_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_must_know_item_instrument_id'))

    op.drop_table('must_know_item')
    with op.batch_alter_table('current_version', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_current_version_version_id'))

    op.drop_table('current_version')
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.drop_index('ix_article_place')

    op.drop_table('article')
    with op.batch_alter_table('must_know_list', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_must_know_list_unit_id'))

    op.drop_table('must_know_list')
    op.drop_table('instrument_version')
    with op.batch_alter_table('instrument_name', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_instrument_name_instrument_id'))

    op.drop_table('instrument_name')
    with op.batch_alter_table('instrument', schema=None) as batch_op:
        batch_op.drop_index('ix_instrument_list')

    op.drop_table('instrument')
