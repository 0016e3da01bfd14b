"""Papers: every one that was ever in use, by its digest, and which one each fiscal year uses now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select, text

from surveyapp.persistence.tables import paper, paper_in_use


class Papers:
    """The shelf of papers. What is kept is never changed: the digest is the name of its exact content."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, digest: str, fiscal_year: int, document: str, at: datetime) -> None:
        """Keep a paper (a JSON document) under its digest; once."""
        if self.document(digest) is None:
            values = {"digest": digest, "fiscal_year": fiscal_year, "document": document, "kept_at": at}
            self._connection.execute(paper.insert(), values)

    def document(self, digest: str) -> str | None:
        """The document of a paper; None where none of this digest was kept."""
        found: str | None = self._connection.scalar(select(paper.c.document).where(paper.c.digest == digest))
        return found

    def in_use(self) -> dict[int, str]:
        """Fiscal year → digest, for the years whose paper was put in use here."""
        rows = self._connection.execute(select(paper_in_use.c.fiscal_year, paper_in_use.c.digest))
        return {row.fiscal_year: row.digest for row in rows}

    def use(self, fiscal_year: int, digest: str, at: datetime) -> None:
        """Put a kept paper in use for its year."""
        self.use_shipped(fiscal_year)
        self._connection.execute(paper_in_use.insert(), {"fiscal_year": fiscal_year, "digest": digest, "since": at})

    def use_shipped(self, fiscal_year: int) -> None:
        """Put the paper in use that comes with the product."""
        self._connection.execute(delete(paper_in_use).where(paper_in_use.c.fiscal_year == fiscal_year))

    def hold(self) -> None:
        """Let nobody else put a paper in use, or open a round with one, until the transaction ends.

        SQLite needs no lock: there is one writer.
        """
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("lock table paper_in_use in share row exclusive mode"))
