"""One root over sorted leaves: it proves what is there and what is not, and nothing else can be proven."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.merkle import Inclusion, prove, proven, root_of

leaf = st.binary(min_size=16, max_size=16)
leaves = st.sets(leaf, max_size=40).map(sorted)


def naive(some: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word: split at the largest power of two below the number of leaves."""
    if not some:
        return hashlib.sha256().digest()
    if len(some) == 1:
        return hashlib.sha256(b"\x00" + some[0]).digest()
    split = 1 << (len(some) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + naive(some[:split]) + naive(some[split:])).digest()


@pytest.mark.parametrize(
    ("inputs", "root"),
    [  # the test vectors of Certificate Transparency implementations
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_known_roots(inputs: int, root: str) -> None:
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    assert root_of([bytes.fromhex(each) for each in data[:inputs]]).hex() == root


@given(leaves)
def test_the_root_is_that_of_the_standard(some: list[bytes]) -> None:
    assert root_of(some) == naive(some)


@given(leaves, leaf)
def test_every_leaf_is_proven_to_be_there_and_every_other_not_to_be(some: list[bytes], other: bytes) -> None:
    root = root_of(some)
    for each in some:
        proof = prove(some, each)
        assert len(proof) == 1
        assert len(proof[0].path) <= max(0, (len(some) - 1).bit_length())
        assert proven(root, len(some), each, proof) is True
    assert proven(root, len(some), other, prove(some, other)) is (other in some)


@given(leaves, leaf, st.data())
def test_no_proof_of_one_thing_proves_another(some: list[bytes], other: bytes, data: st.DataObject) -> None:
    """Whatever true inclusions somebody puts together, presence and absence are never both proven."""
    root, truth = root_of(some), other in some
    parts = [prove(some, each)[0] for each in some]
    shown = data.draw(st.lists(st.sampled_from(parts), max_size=3)) if parts else []
    assert proven(root, len(some), other, shown) in (truth, None)


@given(leaves.filter(bool), st.data())
def test_a_proof_with_one_byte_changed_proves_nothing(some: list[bytes], data: st.DataObject) -> None:
    each = data.draw(st.sampled_from(some))
    (proof,) = prove(some, each)
    root, size = root_of(some), len(some)
    bad = hashlib.sha256(root).digest()
    assert proven(bad, size, each, [proof]) is None
    assert proven(root, size, each, [replace(proof, path=(*proof.path, bad))]) is None
    assert proven(root, size, each, [replace(proof, size=size + 1)]) is None
    if proof.path:
        at = data.draw(st.integers(0, len(proof.path) - 1))
        path = (*proof.path[:at], bad, *proof.path[at + 1 :])
        assert proven(root, size, each, [replace(proof, path=path)]) is None
    assert proven(root, size, each, [replace(proof, place=place) for place in (-1, size)]) is None


def test_nothing_is_proven_by_nothing_but_that_an_empty_tree_is_empty() -> None:
    assert proven(root_of([]), 0, b"x" * 16, ()) is False
    assert proven(root_of([b"a" * 16]), 1, b"x" * 16, ()) is None
    assert proven(root_of([b"a" * 16]), 0, b"x" * 16, ()) is None
    assert proven(b"", 1, b"a", [Inclusion(b"a", 0, 1, ())]) is None
