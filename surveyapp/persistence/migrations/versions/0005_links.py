"""Several links a channel, each with a name; a link may be replaced for good.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ONE_A_CHANNEL = "uq_link_assessment_id_instrument_channel"


def upgrade() -> None:
    with op.batch_alter_table("link") as table:
        table.add_column(sa.Column("name", sa.String(length=80), nullable=False, server_default=""))
        table.add_column(sa.Column("replaced", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.drop_constraint(op.f(_ONE_A_CHANNEL), type_="unique")
        table.create_index("ix_link_assessment", ["assessment_id", "instrument"])
