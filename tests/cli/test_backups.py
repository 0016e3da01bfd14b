"""A backup of a served installation, taken into use elsewhere by the two commands alone."""

from __future__ import annotations

from pathlib import Path

from tests.running import install


def test_a_whole_installation_moves_by_two_commands(tmp_path: Path) -> None:
    here, there = install(tmp_path / "here"), install(tmp_path / "there")
    assert here.run("demo", "--agencies", "2", "--responses", "60").returncode == 0
    file = tmp_path / "ita.backup"
    with here.serving():  # people go on answering while a copy is made
        made = here.run("backup", str(file))
    assert made.returncode == 0, made.stderr
    assert "กุญแจ" in made.stderr
    taken = there.run("restore", str(file))
    assert taken.returncode == 0, taken.stderr
    tally = ("tally", "--agency", "TT001", "--json")
    assert here.ask(*tally) == there.ask(*tally)
    assert here.run("rounds", "list").stdout == there.run("rounds", "list").stdout
    codes = [[each["code"] for each in place.ask("links", "--json")] for place in (here, there)]
    assert codes[0] == codes[1]
    assert there.run("journal", "verify").returncode == 0
    again = there.run("restore", str(file))
    assert again.returncode != 0
    assert "มีข้อมูลอยู่แล้ว" in again.stderr
    assert here.run("backup", str(file)).returncode != 0


def test_what_is_no_backup_is_refused_in_words(tmp_path: Path) -> None:
    place = install(tmp_path / "place")
    (place.folder / "x.backup").write_text("not a backup")
    done = place.run("restore", str(place.folder / "x.backup"))
    assert done.returncode != 0
    assert "ไม่ใช่ไฟล์สำรอง" in done.stderr
    assert "Traceback" not in done.stderr
