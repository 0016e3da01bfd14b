"""Passwords are kept as argon2id, as strong as its standard asks of a machine with little memory (RFC 9106)."""

from __future__ import annotations

from argon2 import Type

from surveyapp.adapters.passwords import Passwords


def test_a_guess_takes_whoever_stole_the_hashes_64_megabytes_and_three_passes() -> None:
    hasher = Passwords()._hasher
    assert hasher.type is Type.ID
    assert hasher.memory_cost >= 64 * 1024
    assert hasher.time_cost >= 3


def test_an_unknown_name_costs_the_same_work_as_a_known_one() -> None:
    passwords = Passwords()
    asked = passwords._hasher
    _, _, _, costs, *_ = passwords._nobody().split("$")
    assert costs == f"m={asked.memory_cost},t={asked.time_cost},p={asked.parallelism}"
