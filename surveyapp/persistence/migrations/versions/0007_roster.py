"""Districts, the calendar of rounds, steps that wait for a second person, and a journal that refuses changes.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A later revision that copies the journal (batch mode on SQLite) has to make these anew.
_SQLITE: Final = {
    "journal_keeps_lines": "before update on journal begin select raise(abort, 'journal is append-only'); end",
    "journal_loses_nothing": "before delete on journal begin select raise(abort, 'journal is append-only'); end",
    "journal_in_order": (
        "before insert on journal when new.seq <> (select coalesce(max(seq), 0) + 1 from journal) "
        "begin select raise(abort, 'journal is append-only'); end"
    ),
}


def upgrade() -> None:
    op.add_column("agency", sa.Column("district", sa.String(length=100), nullable=True))
    op.add_column("round", sa.Column("opens_on", sa.Date(), nullable=True))
    op.add_column("round", sa.Column("held_back", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "round_phase",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_round_phase_forwards")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_phase_round_id")),
        sa.PrimaryKeyConstraint("round_id", "phase", name=op.f("pk_round_phase")),
    )
    op.create_table(
        "proposal",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("step in ('close', 'release')", name=op.f("ck_proposal_step")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_proposal_round_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_proposal_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", "step", name=op.f("pk_proposal")),
    )
    _guard_journal()


def _guard_journal() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, rule in _SQLITE.items():
            op.execute(f"create trigger {name} {rule}")
        return
    op.execute(
        "create function journal_is_append_only() returns trigger language plpgsql as "
        "$$ begin raise exception 'journal is append-only'; end $$"
    )
    for name, what in (
        ("journal_keeps_lines", "before update or delete on journal for each row"),
        ("journal_loses_nothing", "before truncate on journal for each statement"),
    ):
        op.execute(f"create trigger {name} {what} execute function journal_is_append_only()")


def _unguard_journal() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in _SQLITE:
            op.execute(f"drop trigger {name}")
        return
    for name in ("journal_keeps_lines", "journal_loses_nothing"):
        op.execute(f"drop trigger {name} on journal")
    op.execute("drop function journal_is_append_only()")
