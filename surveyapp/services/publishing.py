"""Publishing: a closed round as an open, signed bundle, and checking one without any database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from surveyapp.adapters.folders import content_of, names_in, new_folder
from surveyapp.adapters.signing import SigningKey, fingerprint_of, is_signed
from surveyapp.domain import bundle
from surveyapp.domain.bundle_problems import BundleUnreadable, OtherKey, RoundNotFinal, SerialUnreadable, SignatureWrong
from surveyapp.domain.levels import level
from surveyapp.domain.merkle import Inclusion, prove, proven
from surveyapp.domain.paper import Paper
from surveyapp.domain.places import Assessment, Round, Stage
from surveyapp.domain.problems import Problem, Problems
from surveyapp.domain.receipt import leaf_of, tidy_serial
from surveyapp.domain.release import PublicResult, release
from surveyapp.domain.scoring import score
from surveyapp.instruments.library import Library, document_of, paper_in
from surveyapp.persistence.results import Frozen
from surveyapp.persistence.store import Shelves, Store
from surveyapp.services.settled import refuse_changed, thawed


@dataclass(frozen=True, slots=True)
class Published:
    """What was written, or checked. manifest: its SHA-256, which names the whole bundle."""

    year: int
    agencies: int
    manifest: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where a receipt is in a bundle: agency and instrument, the root it is under, and the proof."""

    agency: str
    instrument: str
    root: bytes
    leaf: bytes
    proof: Inclusion


@dataclass(frozen=True)
class Publishing:
    """What the operator publishes, and what anybody may check."""

    store: Store
    library: Library
    key: SigningKey
    now: Callable[[], datetime]

    def publish(self, year: int, folder: Path) -> Published:
        """Write the bundle of a closed round into a new folder. The same round gives the same bytes.

        Refuses, and writes nothing, with everything that would not hold when it is checked.
        """
        with self.store.reading() as shelves, new_folder(folder) as put:
            round_ = shelves.rounds.of_year(year)
            paper = self.library.bound(round_)
            files: dict[str, str] = {}
            problems: list[Problem] = []
            assessments = shelves.rounds.assessments(year)
            for name, content in self._files(shelves, round_, paper, assessments):
                if name != bundle.PAPER:
                    problems += _faults(name, content, paper, round_)
                files[name] = bundle.sha256(content)
                put(name, content)
            if problems:
                raise Problems(problems)
            signed = bundle.as_bytes(bundle.manifest(round_, len(assessments), files))
            public = self.key.public()
            put(bundle.PUBLIC_KEY, public)
            put(bundle.SIGNATURE, self.key.sign(signed))
            put(bundle.MANIFEST, signed)
        done = Published(year, len(assessments), bundle.sha256(signed), str(fingerprint_of(public)))
        with self.store.writing() as shelves:
            shelves.journal.note("operator", "publish_results", str(year), self.now(), {"manifest": done.manifest})
        return done

    def fingerprint(self) -> str | None:
        """The fingerprint of the key results are signed with; None until something was published."""
        return self.key.fingerprint()

    def verify(self, folder: Path, fingerprint: str | None = None) -> Published:
        """Check everything in a bundle; needs no database. Raises ``Problems`` with all that does not hold."""
        names = names_in(folder)
        signed, public = (content_of(folder, name) for name in (bundle.MANIFEST, bundle.PUBLIC_KEY))
        document = bundle.document_in(bundle.MANIFEST, signed)
        problems = list(self._faults_of_signature(folder, signed, public, fingerprint))
        try:
            listed = {str(name): str(digest) for name, digest in document["files"].items()}
            year, agencies = int(document["fiscal_year"]), document["agencies"]
            given, rehearsal = [str(each) for each in document["receipts"]], bool(document["rehearsal"])
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Problems([*problems, BundleUnreadable(file=bundle.MANIFEST)]) from None
        problems += bundle.faults_of_names(names, listed, agencies)
        paper, faults = _paper_of(folder, document)
        problems += faults
        for name in sorted(set(names) & set(listed)):
            content = content_of(folder, name)
            problems += bundle.faults_of_file(name, content, listed[name])
            if name != bundle.PAPER and paper is not None:
                problems += bundle.faults_of_agency(name, content, paper, given, rehearsal)
        if problems:
            raise Problems(problems)
        return Published(year, agencies, bundle.sha256(signed), str(fingerprint_of(public)))

    def find(self, folder: Path, typed: str) -> Found | None:
        """Where a receipt is in a bundle; None where it is nowhere. Says nothing of whether the bundle is sound."""
        serial = tidy_serial(typed)
        if serial is None:
            raise SerialUnreadable()
        leaf = leaf_of(serial)
        for name in names_in(folder):
            if not name.startswith("agencies/"):
                continue
            content = content_of(folder, name)
            for instrument, (root, leaves) in bundle.leaves_in(name, content).items():
                proof = prove(leaves, leaf)
                if proven(bytes.fromhex(root), len(leaves), leaf, proof):
                    agency = str(json.loads(content)["agency"]["code"])
                    return Found(agency, instrument, bytes.fromhex(root), leaf, proof[0])
        return None

    def _files(
        self, shelves: Shelves, round_: Round, paper: Paper, assessments: Iterable[Assessment]
    ) -> Iterator[tuple[str, bytes]]:
        if round_.stage is not Stage.CLOSED or not round_.is_released:
            raise RoundNotFinal(year=round_.fiscal_year)
        yield bundle.PAPER, document_of(paper).encode()
        for each in sorted(assessments, key=lambda each: each.agency.code):
            frozen = shelves.results.frozen(each.id)
            if frozen is None:
                raise RoundNotFinal(year=round_.fiscal_year)
            released = _released(paper, frozen, rehearsal=round_.rehearsal)
            n = bundle.counted(released, rehearsal=round_.rehearsal)
            leaves = {at: shelves.receipts.leaves(each.id, at) for at in round_.receipts & n.keys()}
            yield bundle.file_of(each.agency.code), bundle.as_bytes(bundle.agency_file(each, released, leaves))

    def _faults_of_signature(
        self, folder: Path, signed: bytes, public: bytes, fingerprint: str | None
    ) -> Iterator[Problem]:
        if not is_signed(public, content_of(folder, bundle.SIGNATURE), signed):
            yield SignatureWrong()
        found = fingerprint_of(public)
        if fingerprint is not None and "".join(filter(str.isalnum, fingerprint)).lower() != found:
            yield OtherKey(found=found or "–")


def _released(paper: Paper, frozen: Frozen, *, rehearsal: bool) -> PublicResult:
    """The result through the very gate its page goes through; refuses where it would come out otherwise today."""
    released = release(score(paper, thawed(paper, frozen)), rehearsal=rehearsal)
    refuse_changed(paper, frozen, released.total, level(released))
    return released


def _faults(name: str, content: bytes, paper: Paper, round_: Round) -> list[Problem]:
    given = [each.value for each in round_.receipts]
    return bundle.faults_of_agency(name, content, paper, given, round_.rehearsal)


def _paper_of(folder: Path, document: dict[str, Any]) -> tuple[Paper | None, list[Problem]]:
    """The paper of a bundle, which must be the one the round was bound to."""
    wrong: list[Problem] = [BundleUnreadable(file=bundle.PAPER)]
    try:
        paper = paper_in(content_of(folder, bundle.PAPER).decode())
    except (Problems, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None, wrong
    same = (paper.digest, paper.fiscal_year) == (document["paper"], document["fiscal_year"])
    return (paper, []) if same else (None, wrong)
