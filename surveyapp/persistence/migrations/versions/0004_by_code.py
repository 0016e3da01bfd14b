"""An assessment's IIT may be answered with access codes.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessment", sa.Column("iit_by_code", sa.Boolean(), nullable=False, server_default=sa.false()))
