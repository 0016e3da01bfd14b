"""A tree of hashes over sorted leaves: one root stands for all of them, and a few hashes prove one.

Source: RFC 6962, section 2.1 (0x00 before a leaf, 0x01 before two nodes, split at the largest power of two).
Because the leaves are sorted, two neighbours prove that nothing stands between them.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A leaf, its place among ``size`` leaves (from 0), and the hashes beside the way up to the root."""

    leaf: bytes
    place: int
    size: int
    path: tuple[bytes, ...]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaves, 32 bytes."""
    if not leaves:
        return hashlib.sha256().digest()
    level = [_leaf(each) for each in leaves]
    while len(level) > 1:  # the same tree as splitting from above: an odd one out is carried up
        level = [_node(*level[at : at + 2]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
    return level[0]


def prove(leaves: Sequence[bytes], leaf: bytes) -> tuple[Inclusion, ...]:
    """What proves that a leaf is among sorted leaves, or is not: itself, or the neighbours of its place."""
    place = bisect_left(leaves, leaf)
    if place < len(leaves) and leaves[place] == leaf:
        places = [place]
    else:
        places = [each for each in (place - 1, place) if 0 <= each < len(leaves)]
    return tuple(Inclusion(leaves[each], each, len(leaves), _path(leaves, each)) for each in places)


def proven(root: bytes, size: int, leaf: bytes, proof: Sequence[Inclusion]) -> bool | None:
    """True: the leaf is under this root. False: it is not. None: this proves neither."""
    if size == 0 and not proof:
        return False if root == root_of(()) else None
    if not proof or any(each.size != size or _root_from(each) != root for each in proof):
        return None
    if len(proof) == 1 and proof[0].leaf == leaf:
        return True
    return False if _shut_out(size, leaf, proof) else None


def _shut_out(size: int, leaf: bytes, proof: Sequence[Inclusion]) -> bool:
    """Whether these are the two neighbours between which the leaf would stand (or the one at an end)."""
    first, last = proof[0], proof[-1]
    if len(proof) == 1:
        return (first.place == 0 and leaf < first.leaf) or (first.place == size - 1 and leaf > first.leaf)
    return len(proof) == 2 and last.place == first.place + 1 and first.leaf < leaf < last.leaf


def _root_from(proof: Inclusion) -> bytes | None:
    """The root a path leads to; None where the path is not one of such a place."""
    if not 0 <= proof.place < proof.size:
        return None
    here, place, last = _leaf(proof.leaf), proof.place, proof.size - 1
    rest = list(proof.path)
    while last:
        if place % 2 or place < last:  # else carried up alone
            if not rest:
                return None
            beside = rest.pop(0)
            here = _node(beside, here) if place % 2 else _node(here, beside)
        place, last = place // 2, last // 2
    return here if not rest else None


def _path(leaves: Sequence[bytes], place: int) -> tuple[bytes, ...]:
    level, path = [_leaf(each) for each in leaves], []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            path.append(level[beside])
        level = [_node(*level[at : at + 2]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
        place //= 2
    return tuple(path)


def _leaf(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
