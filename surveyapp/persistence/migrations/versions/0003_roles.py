"""Every role of the assessment, and grants over a region.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ALL = "role in ('coordinator', 'head', 'assessor', 'supervisor', 'regional', 'national', 'auditor')"
_ONE_SCOPE = (
    "(case when agency_id is null then 0 else 1 end) + (case when province is null then 0 else 1 end)"
    " + (case when region is null then 0 else 1 end) <= 1"
)


_OLD_KEY = ["person_id", "role", "agency_id", "province"]
_NEW_KEY = [*_OLD_KEY, "region"]


def upgrade() -> None:
    with op.batch_alter_table("role_grant") as table:
        table.add_column(sa.Column("region", sa.SmallInteger()))
        _replace(table, _ALL, _ONE_SCOPE, _OLD_KEY, _NEW_KEY)


def _replace(table: BatchOperations, roles: str, scope: str, old_key: list[str], new_key: list[str]) -> None:
    for name, condition in (("role", roles), ("one_scope", scope)):
        table.drop_constraint(op.f(f"ck_role_grant_{name}"), type_="check")
        table.create_check_constraint(op.f(f"ck_role_grant_{name}"), condition)
    table.drop_constraint(op.f("_".join(["uq_role_grant", *old_key])), type_="unique")
    table.create_unique_constraint(op.f("_".join(["uq_role_grant", *new_key])), new_key)
