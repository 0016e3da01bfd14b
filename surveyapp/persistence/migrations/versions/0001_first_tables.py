"""The first tables.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("sort_key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("province", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_agency_code")),
    )
    with op.batch_alter_table("agency", schema=None) as batch_op:
        batch_op.create_index("ix_agency_province", ["province", "sort_key"], unique=False)

    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
        sa.UniqueConstraint("hash", name=op.f("uq_journal_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_journal_previous")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sign_in_name", sa.String(length=60), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_person_sign_in_name")),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.SmallInteger(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.CheckConstraint("stage in ('prepared', 'open', 'closed')", name=op.f("ck_round_stage")),
        sa.CheckConstraint("fiscal_year between 2561 and 2600", name=op.f("ck_round_buddhist_year")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("fiscal_year", name=op.f("uq_round_fiscal_year")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("eligible_iit", sa.Integer(), nullable=True),
        sa.Column("eligible_eit", sa.Integer(), nullable=True),
        sa.CheckConstraint("eligible_eit is null or eligible_eit >= 0", name=op.f("ck_assessment_eligible_eit")),
        sa.CheckConstraint("eligible_iit is null or eligible_iit >= 0", name=op.f("ck_assessment_eligible_iit")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_assessment_agency_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_assessment_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("round_id", "agency_id", name=op.f("uq_assessment_round_id_agency_id")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index("ix_assessment_agency", ["agency_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("province", sa.String(length=60), nullable=True),
        sa.CheckConstraint("role in ('coordinator', 'assessor')", name=op.f("ck_role_grant_role")),
        sa.CheckConstraint("agency_id is null or province is null", name=op.f("ck_role_grant_one_scope")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_role_grant_agency_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "person_id", "role", "agency_id", "province", name=op.f("uq_role_grant_person_id_role_agency_id_province")
        ),
    )
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    op.create_table(
        "access_code",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_access_code_assessment_id")),
        sa.PrimaryKeyConstraint("assessment_id", "hash", name=op.f("pk_access_code")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checklist_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=5), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("urls", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("mark", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("(urls is null) <> (mark is null)", name=op.f("ck_checklist_step_one_kind")),
        sa.CheckConstraint("mark is null or mark in (0, 100)", name=op.f("ck_checklist_step_mark")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_checklist_step_assessment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_step")),
    )
    with op.batch_alter_table("checklist_step", schema=None) as batch_op:
        batch_op.create_index("ix_checklist_step_assessment", ["assessment_id", "id"], unique=False)

    op.create_table(
        "frozen_result",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.String(length=6), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_frozen_result_assessment_id")),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_frozen_result")),
    )
    op.create_table(
        "link",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.CheckConstraint("instrument in (1, 2)", name=op.f("ck_link_instrument")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_link_assessment_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_link")),
        sa.UniqueConstraint(
            "assessment_id", "instrument", "channel", name=op.f("uq_link_assessment_id_instrument_channel")
        ),
    )
    op.create_table(
        "progress",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_progress_n")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_progress_assessment_id")),
        sa.PrimaryKeyConstraint("assessment_id", "instrument", "channel", "day", name=op.f("pk_progress")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "response",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.Column("eit_part", sa.SmallInteger(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(instrument = 1 and eit_part = 0) or (instrument = 2 and eit_part in (1, 2))",
            name=op.f("ck_response_part"),
        ),
        sa.CheckConstraint("length(answers) between 1 and 400", name=op.f("ck_response_answers")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_response_assessment_id")),
        sa.PrimaryKeyConstraint("assessment_id", "instrument", "id", name=op.f("pk_response")),
        sqlite_with_rowid=False,
    )
