"""Leaves of receipts, and which instruments of a round give them.

Rounds that are there already give none: their responses have no leaves.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("receipts_iit", "receipts_eit"):
        op.add_column("round", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "receipt",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.SmallInteger(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_receipt_assessment_id")),
        sa.CheckConstraint("instrument in (1, 2)", name=op.f("ck_receipt_instrument")),
        sa.PrimaryKeyConstraint("assessment_id", "instrument", "leaf", name=op.f("pk_receipt")),
        sqlite_with_rowid=False,
    )
