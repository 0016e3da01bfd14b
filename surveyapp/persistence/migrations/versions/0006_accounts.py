"""Second factors, recovery codes, links of one use, and sign-ins that can be listed and ended.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_UNIQUE = ("ministry_email", "ministry_subject")


def upgrade() -> None:
    # Never in batch mode: SQLite would drop the table of people, and what hangs on them with it.
    for column in _columns():
        op.add_column("person", column)
    for name in _UNIQUE:
        op.create_index(f"ix_person_{name}", "person", [name], unique=True)
    # Until now only the made-up province had accounts; beside real rounds it cannot stand.
    op.execute("update person set rehearsal = (1 = 1) where exists (select 1 from round where rehearsal)")
    op.drop_table("sign_in")
    _sign_in(
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("browser", sa.String(40), nullable=False),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("confirmed_until", _INSTANT),
        sa.CheckConstraint("step in ('in', 'code', 'set_up')", name=op.f("ck_sign_in_step")),
    )
    op.create_table(
        "recovery_code",
        _person(primary_key=True),
        sa.Column("hash", sa.LargeBinary(32), primary_key=True),
    )
    op.create_table(
        "entry_link",
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        _person(),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.CheckConstraint("purpose in ('invitation', 'recovery')", name=op.f("ck_entry_link_purpose")),
    )


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("rehearsal", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("email", sa.String(200)),
        sa.Column("ministry_email", sa.String(200)),
        sa.Column("ministry_subject", sa.String(255)),
        sa.Column("factor_secret", sa.LargeBinary()),
        sa.Column("factor_step", sa.Integer()),
    ]


def _sign_in(*more: sa.schema.SchemaItem) -> None:
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        _person(),
        sa.Column("expires_at", _INSTANT, nullable=False),
        *more,
    )


def _person(*, primary_key: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey("person.id", ondelete="CASCADE")
    return sa.Column("person_id", sa.Integer(), key, primary_key=primary_key, nullable=False)
