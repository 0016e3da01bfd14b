"""Who saw people go and answer learns nothing from the pages, the storage after its nightly step, or the end."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from surveyapp.persistence.store import Store
from tests.trust.game import BACKUPS, LIVE, SILENT, play
from tests.trust.pages import boss, poll
from tests.trust.timing import Arm, accuse_by_numbers, open_offices

SIZES = [8] * 30 + [15] * 20  # ``python -m bench timing`` plays 100 offices of 8, 15, 50 and 200


def test_storage_tells_nothing_after_the_nightly_step_and_much_before(store: Store) -> None:
    table = play(store, SIZES, seed=11)
    for (arm, size), found in table.items():
        assert found.tries == SIZES.count(size)
        if arm in SILENT:
            assert found.tells_nothing, (arm, size, found.advantage)
    # The game can be won: whoever reads the live database, or a backup of every evening, learns something.
    assert table[LIVE, 8].advantage[1] > 0.3
    assert table[BACKUPS, 15].advantage[0] > 0.05


def test_pages_polled_after_every_arrival_tell_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    dice = Random(5)
    offices = open_offices(sqlite_store, [8] * 24, dice)
    client = boss(sqlite_store, tmp_path)
    arm = Arm()
    for office in offices:
        series = list(poll(sqlite_store, client, office))
        assert len(set(map(len, series))) == 1
        arm.note(office, accuse_by_numbers(office, series, dice))
    assert arm.tells_nothing, arm.advantage


def test_the_same_attacker_wins_where_a_mean_is_shown_live(sqlite_store: Store) -> None:
    """A check that cannot fail is none: with a page that shows the running mean, two decimals, he names most."""
    dice, arm = Random(6), Arm()
    for office in open_offices(sqlite_store, [8] * 24, dice):
        points = [sum(each) for each in office.answers]
        series = [[n, round(sum(points[:n]) / n / 51, 2)] for n in range(1, len(points) + 1)]
        arm.note(office, accuse_by_numbers(office, series, dice))
    assert arm.advantage[1] > 0.2


@pytest.mark.parametrize("size", [8])
def test_the_rounded_count_moves_by_fives_only(sqlite_store: Store, tmp_path: Path, size: int) -> None:
    dice = Random(7)
    (office,) = open_offices(sqlite_store, [size], dice)
    client = boss(sqlite_store, tmp_path)
    seen = [tuple(page) for page in poll(sqlite_store, client, office)]
    assert len(set(seen[:4])) == 1
    assert len(set(seen[4:])) == 1
