"""The journal as a CSV file."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable
from typing import Final

from surveyapp.domain.journal import Line

HEADINGS: Final = ("line", "at", "who", "act", "subject", "facts", "hash")
_STARTS_FORMULA: Final = tuple("=+-@\t\r\n|%")


def write_csv(lines: Iterable[Line]) -> bytes:
    """Every line, in UTF-8 with a mark that office programs need; times in UTC.

    A cell that an office program would compute is preceded by an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for line in lines:
        facts = json.dumps(dict(line.facts), ensure_ascii=False, sort_keys=True)
        cells = (line.at.isoformat(), line.who, line.act, line.subject, facts, line.hash)
        writer.writerow([line.seq, *map(_inert, cells)])
    return out.getvalue().encode("utf-8-sig", "replace")


def _inert(cell: str) -> str:
    seen = unicodedata.normalize("NFKC", cell).lstrip(" \u200b\ufeff\u2060")
    return f"'{cell}" if seen.startswith(_STARTS_FORMULA) else cell
