"""Passwords are kept as argon2id, as strong as its standard asks of a machine with little memory (RFC 9106)."""

from __future__ import annotations

from argon2 import Type, extract_parameters

from surveyapp.adapters.passwords import Passwords


def test_a_guess_takes_whoever_stole_the_hashes_64_megabytes_and_three_passes() -> None:
    hasher = Passwords()._hasher
    assert hasher.type is Type.ID
    assert hasher.memory_cost >= 64 * 1024
    assert hasher.time_cost >= 3


def test_an_unknown_name_costs_the_same_work_as_a_known_one() -> None:
    passwords = Passwords()
    costs, asked = extract_parameters(passwords._nobodys(b"no such name")), passwords._hasher
    assert (costs.type, costs.memory_cost, costs.time_cost) == (asked.type, asked.memory_cost, asked.time_cost)
    assert (costs.parallelism, costs.salt_len, costs.hash_len) == (asked.parallelism, asked.salt_len, asked.hash_len)


def test_an_unknown_name_has_a_salt_of_its_own_and_always_the_same() -> None:
    salts = [Passwords()._nobodys(name).split("$")[4] for name in (b"a", b"b", b"a")]
    assert salts[0] == salts[2] != salts[1]


def test_nothing_matches_where_nothing_is_kept() -> None:
    assert not Passwords().matches(None, "", whose=b"no such name")
