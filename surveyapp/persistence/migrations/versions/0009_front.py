"""Front questions are counted by themselves, beside the responses and tied to none.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "front_count",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.SmallInteger(), nullable=False),
        sa.Column("question", sa.String(5), nullable=False),
        sa.Column("choice", sa.String(10), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_front_count_n")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_front_count_assessment_id")),
        sa.PrimaryKeyConstraint("assessment_id", "instrument", "question", "choice", name=op.f("pk_front_count")),
        sqlite_with_rowid=False,
    )
