"""Spreadsheets through a page: what was sent in, what goes out, and sound rows kept until a choice is made."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any, Final

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from surveyapp.domain.checklist_sheet import Line, lines_document, lines_in
from surveyapp.domain.problems import FileMissing, UploadExpired

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT_SECONDS: Final = 3600
_LARGEST_KEPT: Final = 5_000_000  # the roster of the nation takes 2 MB


def sent_file() -> bytes:
    """The file that was sent; refuses when none was chosen."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise FileMissing()
    return sent.stream.read()


def download(content: bytes, name: str) -> Response:
    """An .xlsx to save, never to show."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=_XLSX, headers=headers)


def seal(lines: Iterable[Line], place: str) -> str:
    """Sound rows as a signed text a page can carry; ``place`` names whose they are."""
    return seal_values(lines_document(lines), place)


def unseal(sealed: str, place: str) -> tuple[Line, ...]:
    """The rows of ``seal``; refuses what we did not sign, for another place, or an hour ago."""
    return lines_in(unseal_values(sealed, place))


def seal_values(values: Any, place: str) -> str:
    """Plain values as a signed text a page can carry."""
    text = json.dumps(values, ensure_ascii=False)
    return _sealer(place).dumps(zlib.compress(text.encode()).hex())


def unseal_values(sealed: str, place: str) -> Any:
    """The values of ``seal_values``; refuses what we did not sign, for another place, or an hour ago."""
    try:
        packed = bytes.fromhex(_sealer(place).loads(sealed, max_age=_KEPT_SECONDS))
        return json.loads(zlib.decompressobj().decompress(packed, _LARGEST_KEPT))
    except (BadData, ValueError, zlib.error):
        raise UploadExpired() from None


def _sealer(place: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=f"checked rows of {place}")
