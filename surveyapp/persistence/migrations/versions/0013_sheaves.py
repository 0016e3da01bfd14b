"""Leaves of the days before lie in sheaves, and are ten bytes long.

The leaves that are there keep their first ten bytes; all of them move into sheaves. On PostgreSQL the key of the
responses, which every night writes anew, is left one place in twenty for the day instead of one in ten.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_LEAF_BYTES = 10
_OLD_LEAF = sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql")


def upgrade() -> None:
    bind = op.get_bind()
    old = sa.table("receipt", sa.column("assessment_id"), sa.column("instrument"), sa.column("leaf", _OLD_LEAF))
    sheaves = op.create_table(
        "receipt_sheaf",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.SmallInteger(), nullable=False),
        sa.Column("leaves", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_receipt_sheaf_assessment_id")),
        sa.CheckConstraint("instrument in (1, 2)", name=op.f("ck_receipt_sheaf_instrument")),
        sa.CheckConstraint(
            f"length(leaves) > 0 and length(leaves) % {_LEAF_BYTES} = 0", name=op.f("ck_receipt_sheaf_leaves")
        ),
        sa.PrimaryKeyConstraint("assessment_id", "instrument", name=op.f("pk_receipt_sheaf")),
    )
    for owner in list(bind.execute(sa.select(old.c.assessment_id).distinct()).scalars()):  # never a nation at once
        rows = bind.execute(sa.select(old).where(old.c.assessment_id == owner).order_by(old.c.instrument))
        for instrument, some in groupby(rows, key=lambda row: row.instrument):
            leaves = b"".join(sorted(_bytes_of(row.leaf)[:_LEAF_BYTES] for row in some))
            bind.execute(sheaves.insert(), {"assessment_id": owner, "instrument": instrument, "leaves": leaves})
    op.drop_table("receipt")
    op.create_table(
        "receipt",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.SmallInteger(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(_LEAF_BYTES), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_receipt_assessment_id")),
        sa.CheckConstraint("instrument in (1, 2)", name=op.f("ck_receipt_instrument")),
        sa.CheckConstraint(f"length(leaf) = {_LEAF_BYTES}", name=op.f("ck_receipt_leaf")),
        sa.PrimaryKeyConstraint("assessment_id", "instrument", "leaf", name=op.f("pk_receipt")),
        sqlite_with_rowid=False,
    )
    if bind.dialect.name == "postgresql":
        op.execute("ALTER INDEX pk_response SET (fillfactor = 95)")


def _bytes_of(leaf: bytes | UUID) -> bytes:
    return leaf.bytes if isinstance(leaf, UUID) else bytes(leaf)
