"""Every table. What is not a column here is not kept.

``response``, ``access_code``, ``receipt``, ``receipt_sheaf``, ``progress`` and ``front_count`` keep silence: their
columns are frozen by a test, and a new one needs a decision record (docs/adr/0003, 0010, 0011). The revisions make
those with a random key WITHOUT ROWID on SQLite, and a test holds them to it; said here too, it would load the whole
of SQLite's dialect beside PostgreSQL's.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from surveyapp.domain.paper import Instrument
from surveyapp.domain.receipt import LEAF_BYTES

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

INSTRUMENT_NUMBERS: Final = {Instrument.IIT: 1, Instrument.EIT: 2, Instrument.OIT: 3}
_INSTRUMENTS: Final = {number: instrument for instrument, number in INSTRUMENT_NUMBERS.items()}


class InstrumentNumber(TypeDecorator[Instrument]):
    """An instrument as the number 1, 2 or 3, so that a response stays small."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: Instrument | None, dialect: Dialect) -> int | None:
        return None if value is None else INSTRUMENT_NUMBERS[value]

    def process_result_value(self, value: Any, dialect: Dialect) -> Instrument | None:
        return None if value is None else _INSTRUMENTS[value]


class RandomId(TypeDecorator[bytes]):
    """16 random bytes: a uuid on PostgreSQL, a blob on SQLite; the bytes are the same."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = Uuid(as_uuid=True) if dialect.name == "postgresql" else LargeBinary(16)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> Any:
        return uuid.UUID(bytes=value) if value is not None and dialect.name == "postgresql" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return value.bytes if isinstance(value, uuid.UUID) else value


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)  # type: ignore[no-any-return]


class ByteOrder(TypeDecorator[str]):
    """Text that sorts by code point everywhere, whatever the server's language is."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(collation="C") if dialect.name == "postgresql" else String())


emblem = Table(
    "emblem",
    metadata,
    Column("agency_id", Integer, ForeignKey("agency.id"), primary_key=True, autoincrement=False),
    Column("png", LargeBinary, nullable=False),
)
round_ = Table(
    "round",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fiscal_year", SmallInteger, nullable=False, unique=True),
    Column("stage", String(10), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("closes_on", Date),
    Column("opens_on", Date),
    Column("held_back", Boolean, nullable=False, server_default=false()),
    Column("receipts_iit", Boolean, nullable=False, server_default=false()),
    Column("receipts_eit", Boolean, nullable=False, server_default=false()),
    CheckConstraint("fiscal_year between 2561 and 2600", name="buddhist_year"),
    CheckConstraint("stage in ('prepared', 'open', 'closed')", name="stage"),
)

round_phase = Table(
    "round_phase",
    metadata,
    Column("round_id", ForeignKey("round.id"), primary_key=True),
    Column("phase", String(20), primary_key=True),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    CheckConstraint("starts_on <= ends_on", name="forwards"),
)

paper = Table(
    "paper",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("fiscal_year", SmallInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("kept_at", Instant, nullable=False),
)

paper_in_use = Table(
    "paper_in_use",
    metadata,
    Column("fiscal_year", SmallInteger, primary_key=True, autoincrement=False),
    Column("digest", ForeignKey("paper.digest"), nullable=False),
    Column("since", Instant, nullable=False),
)

agency = Table(
    "agency",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(20), nullable=False, unique=True),
    Column("name", String(300), nullable=False),
    Column("sort_key", ByteOrder, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("province", String(60), nullable=False),
    Column("district", String(100)),
    Index("ix_agency_province", "province", "sort_key"),
)

assessment = Table(
    "assessment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", ForeignKey("round.id"), nullable=False),
    Column("agency_id", ForeignKey("agency.id"), nullable=False),
    Column("eligible_iit", Integer),
    Column("eligible_eit", Integer),
    Column("iit_by_code", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("round_id", "agency_id"),
    CheckConstraint("eligible_iit is null or eligible_iit >= 0", name="eligible_iit"),
    CheckConstraint("eligible_eit is null or eligible_eit >= 0", name="eligible_eit"),
    Index("ix_assessment_agency", "agency_id"),
)

link = Table(
    "link",
    metadata,
    Column("code", String(8), primary_key=True),
    Column("assessment_id", ForeignKey("assessment.id"), nullable=False),
    Column("instrument", InstrumentNumber, nullable=False),
    Column("channel", String(10), nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("name", String(80), nullable=False, server_default=""),
    Column("replaced", Boolean, nullable=False, server_default=false()),
    Index("ix_link_assessment", "assessment_id", "instrument"),
    CheckConstraint("instrument in (1, 2)", name="instrument"),
)

# --- the tables that keep silence -------------------------------------------------------------------

response = Table(
    "response",
    metadata,
    Column("assessment_id", Integer, ForeignKey("assessment.id"), primary_key=True),
    Column("instrument", InstrumentNumber, primary_key=True),
    Column("id", RandomId, primary_key=True),
    Column("eit_part", SmallInteger, nullable=False),
    Column("answers", LargeBinary, nullable=False),
    CheckConstraint("(instrument = 1 and eit_part = 0) or (instrument = 2 and eit_part in (1, 2))", name="part"),
    CheckConstraint("length(answers) between 1 and 400", name="answers"),
)

access_code = Table(
    "access_code",
    metadata,
    Column("assessment_id", Integer, ForeignKey("assessment.id"), primary_key=True),
    Column("hash", LargeBinary(32), primary_key=True),
    Column("spent", Boolean, nullable=False),
)

receipt = Table(
    "receipt",
    metadata,
    Column("assessment_id", Integer, ForeignKey("assessment.id"), primary_key=True),
    Column("instrument", InstrumentNumber, primary_key=True),
    Column("leaf", LargeBinary(LEAF_BYTES), primary_key=True),
    CheckConstraint("instrument in (1, 2)", name="instrument"),
    CheckConstraint(f"length(leaf) = {LEAF_BYTES}", name="leaf"),
)

# The leaves of the days before, sorted, one behind the other. Its rows are long, so on SQLite it has a rowid.
receipt_sheaf = Table(
    "receipt_sheaf",
    metadata,
    Column("assessment_id", Integer, ForeignKey("assessment.id"), primary_key=True),
    Column("instrument", InstrumentNumber, primary_key=True),
    Column("leaves", LargeBinary, nullable=False),
    CheckConstraint("instrument in (1, 2)", name="instrument"),
    CheckConstraint(f"length(leaves) > 0 and length(leaves) % {LEAF_BYTES} = 0", name="leaves"),
)

progress = Table(
    "progress",
    metadata,
    Column("assessment_id", Integer, ForeignKey("assessment.id"), primary_key=True),
    Column("instrument", InstrumentNumber, primary_key=True),
    Column("channel", String(10), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("n", Integer, nullable=False),
    CheckConstraint("n > 0", name="n"),
)

front_count = Table(
    "front_count",
    metadata,
    Column("assessment_id", Integer, ForeignKey("assessment.id"), primary_key=True),
    Column("instrument", InstrumentNumber, primary_key=True),
    Column("question", String(5), primary_key=True),
    Column("choice", String(10), primary_key=True),
    Column("n", Integer, nullable=False),
    CheckConstraint("n > 0", name="n"),
)

# What every night writes anew, in the order in which everybody locks them.
REWRITTEN: Final = (response, access_code, receipt, receipt_sheaf, front_count)

# --- people -----------------------------------------------------------------------------------------

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sign_in_name", String(60), nullable=False, unique=True),
    Column("full_name", String(200), nullable=False),
    Column("password_hash", String(200), nullable=False),  # empty until the invitation is accepted
    Column("rehearsal", Boolean, nullable=False, server_default=false()),
    Column("email", String(200)),
    Column("ministry_email", String(200)),
    Column("ministry_subject", String(255)),
    Column("factor_secret", LargeBinary),  # sealed with the installation's key
    Column("factor_step", Integer),  # the last time step that was used
    Index("ix_person_ministry_email", "ministry_email", unique=True),
    Index("ix_person_ministry_subject", "ministry_subject", unique=True),
)

_ROLES: Final = "'coordinator', 'head', 'assessor', 'supervisor', 'regional', 'national', 'auditor'"

grant = Table(
    "role_grant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("role", String(20), nullable=False),
    Column("agency_id", ForeignKey("agency.id")),
    Column("province", String(60)),
    Column("region", SmallInteger),
    CheckConstraint(f"role in ({_ROLES})", name="role"),
    CheckConstraint(
        "(case when agency_id is null then 0 else 1 end) + (case when province is null then 0 else 1 end)"
        " + (case when region is null then 0 else 1 end) <= 1",
        name="one_scope",
    ),
    UniqueConstraint("person_id", "role", "agency_id", "province", "region"),
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("browser", String(40), nullable=False),
    Column("step", String(10), nullable=False),
    Column("confirmed_until", Instant),
    CheckConstraint("step in ('in', 'code', 'set_up')", name="step"),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("person_id", Integer, ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("hash", LargeBinary(32), primary_key=True),
)

entry_link = Table(
    "entry_link",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("purpose", String(10), nullable=False),
    Column("expires_at", Instant, nullable=False),
    CheckConstraint("purpose in ('invitation', 'recovery')", name="purpose"),
)

# A step of a round that one person of the national office has asked for and a second has not yet confirmed.
proposal = Table(
    "proposal",
    metadata,
    Column("round_id", ForeignKey("round.id"), primary_key=True),
    Column("step", String(20), primary_key=True),
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("step in ('close', 'release')", name="step"),
)

# --- the checklist, results, the journal ------------------------------------------------------------

checklist_step = Table(
    "checklist_step",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assessment_id", ForeignKey("assessment.id"), nullable=False),
    Column("item", String(5), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(200), nullable=False),
    Column("urls", Text),
    Column("note", Text),
    Column("mark", SmallInteger),
    Column("reason", Text),
    Column("clarifies", Boolean, nullable=False, server_default=false()),  # urls, note: asked to be looked at again
    CheckConstraint("(urls is null) <> (mark is null)", name="one_kind"),
    CheckConstraint("mark is null or mark in (0, 100)", name="mark"),
    Index("ix_checklist_step_assessment", "assessment_id", "id"),
)

visit_note = Table(
    "visit_note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assessment_id", ForeignKey("assessment.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("by", String(200), nullable=False),
    Column("note", String(500), nullable=False),
    Index("ix_visit_note_assessment", "assessment_id", "day"),
)

# What an agency's coordinator and head did about its approval; rows are only ever added.
approval_step = Table(
    "approval_step",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assessment_id", ForeignKey("assessment.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(200), nullable=False),
    Column("act", String(10), nullable=False),
    Column("note", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    CheckConstraint("act in ('ask', 'sign', 'return')", name="act"),
    Index("ix_approval_step_assessment", "assessment_id", "id"),
)

frozen_result = Table(
    "frozen_result",
    metadata,
    Column("assessment_id", ForeignKey("assessment.id"), primary_key=True),
    Column("total", String(6)),
    Column("level", String(20)),
    Column("digest", String(64), nullable=False),
    Column("inputs", Text, nullable=False),
    Column("frozen_at", Instant, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", String(200), nullable=False),
    Column("act", String(60), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
)
