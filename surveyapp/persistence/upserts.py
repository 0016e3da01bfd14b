"""INSERT with ON CONFLICT, which both databases know and SQLAlchemy keeps in the dialect of each."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from sqlalchemy import Table


def insert_into(dialect: str, table: Table) -> Any:
    """An INSERT of the dialect ("postgresql" or "sqlite"); only the one that is used is loaded."""
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
