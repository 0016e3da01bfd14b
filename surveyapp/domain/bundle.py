"""The open bundle of a closed round: what its files hold, and everything that can be checked in them.

    manifest.json        the year, the paper's digest, SHA-256 of every other file
    manifest.sig         64 bytes: Ed25519 over manifest.json
    public_key.pem       the key it was signed with
    paper.json           the paper, with every rule
    agencies/CODE.json   what the public page releases, and the leaves of the receipts under one root

The same round gives the same bytes. Format: docs/receipts.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from surveyapp.domain.bundle_problems import (
    BundleFileChanged,
    BundleFileStrange,
    BundleUnreadable,
    LeavesMiscounted,
    LeavesUnsound,
    NotRecomputed,
)
from surveyapp.domain.merkle import root_of
from surveyapp.domain.paper import Instrument, Paper
from surveyapp.domain.places import Assessment, Round
from surveyapp.domain.problems import Problem
from surveyapp.domain.public_document import public_document
from surveyapp.domain.receipt import LEAF_BYTES
from surveyapp.domain.recompute import wrongs_of
from surveyapp.domain.release import PublicResult

FORMAT: Final = "surveyapp bundle 2"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
PUBLIC_KEY: Final = "public_key.pem"
PAPER: Final = "paper.json"
UNSIGNED: Final = (MANIFEST, SIGNATURE, PUBLIC_KEY)

Leaves = Mapping[Instrument, Sequence[bytes]]


def file_of(agency: str) -> str:
    """Where the file of an agency is, by its code."""
    return f"agencies/{quote(agency, safe='').replace('.', '%2E')}.json"


def counted(result: PublicResult, *, rehearsal: bool) -> dict[Instrument, int]:
    """How many answered each instrument, where that is released with its score; only there are leaves published."""
    n = {each.instrument: each.n.value for each in result.turnouts}
    return {each: n[each] for each in n if n[each] >= least_published(result.paper, rehearsal=rehearsal)}


def least_published(paper: Paper, *, rehearsal: bool) -> int:
    """From how many answers to an instrument on their number is published, and so the leaves."""
    return 1 if rehearsal else paper.release.least_for_instrument


def agency_file(assessment: Assessment, released: PublicResult, leaves: Leaves) -> dict[str, Any]:
    """What is published of one agency. ``released``: as its page shows it, and nothing more."""
    agency, round_ = assessment.agency, assessment.round
    n = counted(released, rehearsal=round_.rehearsal)
    return {
        "format": FORMAT,
        "agency": {"code": agency.code, "name": agency.name, "kind": agency.kind, "province": agency.province},
        "result": public_document(released),
        "receipts": {
            each.value: {
                "n": n[each],
                "root": root_of(leaves[each]).hex(),
                "leaves": [leaf.hex() for leaf in leaves[each]],
            }
            for each in sorted(round_.receipts & n.keys())
        },
    }


def manifest(round_: Round, agencies: int, files: Mapping[str, str]) -> dict[str, Any]:
    """What is signed. files: name → SHA-256 in hexadecimal."""
    return {
        "format": FORMAT,
        "fiscal_year": round_.fiscal_year,
        "rehearsal": round_.rehearsal,
        "paper": round_.digest,
        "agencies": agencies,
        "receipts": sorted(each.value for each in round_.receipts),
        "files": dict(files),
    }


def as_bytes(document: Mapping[str, Any]) -> bytes:
    """A document in its one notation: keys in order, a value a line, UTF-8."""
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def sha256(content: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(content).hexdigest()


# --- checking: nothing that is read here is trusted -------------------------------------------------


def document_in(name: str, content: bytes) -> dict[str, Any]:
    """The JSON object in a file; refuses what is none."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BundleUnreadable(file=name)
    return document


def faults_of_names(names: Sequence[str], listed: Mapping[str, str], agencies: int) -> Iterator[Problem]:
    """What is there and not listed, or listed and not there. names: every file of the folder."""
    for name in sorted(set(names) - set(listed) - set(UNSIGNED)):
        yield BundleFileStrange(file=name)
    for name in sorted({*listed, PAPER, *UNSIGNED} - set(names)):
        yield BundleFileChanged(file=name)
    if not isinstance(agencies, int) or agencies != sum(1 for name in listed if name != PAPER):
        yield BundleUnreadable(file=MANIFEST)


def faults_of_file(name: str, content: bytes, listed: str) -> Iterator[Problem]:
    """Whether a file is the one that was signed for."""
    if sha256(content) != listed:
        yield BundleFileChanged(file=name)


def faults_of_agency(name: str, content: bytes, paper: Paper, given: Sequence[str], rehearsal: bool) -> list[Problem]:
    """Everything wrong with what is published of an agency. given: the instruments the round gives receipts for."""
    try:
        document = document_in(name, content)
        code = document["agency"]["code"]
        if file_of(code) != name:
            return [BundleUnreadable(file=name)]
        wrongs = wrongs_of(paper, document["result"])
        found: list[Problem] = [
            NotRecomputed(agency=code, place=each.place, says=each.says, found=each.found) for each in wrongs
        ]
        return [*found, *_faults_of_leaves(code, document, paper, given, rehearsal)]
    except Problem as refused:
        return [refused]
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return [BundleUnreadable(file=name)]


def _faults_of_leaves(
    code: str, document: Mapping[str, Any], paper: Paper, given: Sequence[str], rehearsal: bool
) -> Iterator[Problem]:
    least = least_published(paper, rehearsal=rehearsal)
    published = document["receipts"]
    n = {each["instrument"]: each["n"] for each in document["result"]["samples"] if each["n"] >= least}
    for instrument in sorted(set(published) | (set(given) & set(n))):
        facts = {"agency": code, "instrument": instrument.upper()}
        found = published.get(instrument, {"n": 0, "leaves": [], "root": ""})
        leaves = [bytes.fromhex(leaf) for leaf in found["leaves"]]
        if not found["n"] == n.get(instrument) == len(leaves):
            yield LeavesMiscounted(**facts, n=str(n.get(instrument, "–")), leaves=len(leaves))
        sound = all(len(leaf) == LEAF_BYTES for leaf in leaves) and leaves == sorted(set(leaves))
        if not sound or root_of(leaves).hex() != found["root"]:
            yield LeavesUnsound(**facts)


def leaves_in(name: str, content: bytes) -> dict[str, tuple[str, list[bytes]]]:
    """Instrument → (root, leaves) as they are published in a file; refuses what cannot be read."""
    try:
        receipts = document_in(name, content)["receipts"]
        return {
            each: (str(found["root"]), [bytes.fromhex(leaf) for leaf in found["leaves"]])
            for each, found in receipts.items()
        }
    except (AttributeError, LookupError, TypeError, ValueError):
        raise BundleUnreadable(file=name) from None
