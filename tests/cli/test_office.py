"""The commands of the office: roster, numbers, calendar, reminders, journal."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.running import Installation, install

SHEET = "รหัส,ชื่อ,ประเภท,จังหวัด,เจ้าหน้าที่,ผู้รับบริการ\nA1,เทศบาลเมืองตราด,เทศบาลเมือง,ตราด,120,3000\n"


@pytest.fixture
def stocked(tmp_path: Path) -> Installation:
    """An installation with a roster of one, whose numbers were told."""
    found = install(tmp_path / "stocked")
    assert found.run("init-db").returncode == 0
    (found.folder / "roster.csv").write_text(SHEET)
    assert found.ask("agencies", "import", "--json", str(found.folder / "roster.csv"))["kept"] is True
    assert found.run("rounds", "prepare", "2569").returncode == 0
    assert found.run("numbers", "--agency", "A1", "--staff", "500", "--contacts", "5000").returncode == 0
    return found


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with a roster, walked through a year by the tests in their order."""
    found = install(tmp_path_factory.mktemp("office"))
    assert found.run("init-db").returncode == 0
    return found


def test_a_year_from_the_roster_to_the_results(here: Installation) -> None:
    file = here.folder / "roster.csv"
    file.write_text(SHEET)
    dry = here.ask("agencies", "import", "--dry-run", "--json", str(file))
    assert (dry["kept"], dry["new"], dry["numbers_waiting"]) == (False, ["A1"], 1)
    assert here.ask("agencies", "list", "--json") == []
    assert here.ask("agencies", "import", "--json", str(file))["kept"] is True
    (agency,) = here.ask("agencies", "list", "--json")
    assert (agency["code"], agency["kind"], agency["track"]) == ("A1", "thesaban_muang", "agency")

    assert here.run("rounds", "prepare", "2569").returncode == 0
    refused = here.run("rounds", "open", "2569")
    assert refused.returncode == 2
    assert "A1" in refused.stderr
    assert here.ask("agencies", "import", "--json", str(file))["numbers"][0]["staff"] == [None, 120]
    told = here.ask("numbers", "--agency", "A1", "--json")
    assert told["minimum"] == {"iit": 30, "eit": 300}
    changed = here.ask("numbers", "--agency", "A1", "--staff", "๕๐๐", "--contacts", "5,000", "--json")
    assert changed["minimum"] == {"iit": 50, "eit": 400}
    assert here.run("rounds", "open", "2569").returncode == 0
    assert here.run("numbers", "--agency", "A1", "--staff", "1", "--contacts", "1").returncode == 2

    assert here.run("rounds", "move", "2569", "filing", "--from", "1/1/2569", "--to", "30/6/2569").returncode == 0
    assert here.run("rounds", "move", "2569", "filing", "--from", "1/1/2569", "--to", "31/6/2569").returncode == 2
    phases = here.ask("rounds", "phases", "2569", "--json")
    filing = next(each for each in phases["phases"] if each["phase"] == "filing")
    assert (filing["from"], filing["to"]) == ("2026-01-01", "2026-06-30")
    assert len(phases["phases"]) == 10

    move = ("rounds", "move", "2569", "announcement", "--from", "1/9/2569", "--to", "2/9/2569")
    assert here.run(*move).returncode == 0
    assert here.run("rounds", "close", "2569").returncode == 0
    assert here.ask("rounds", "phases", "2569", "--json")["released"] is False
    assert here.run("rounds", "release", "2569").returncode == 0
    assert here.ask("rounds", "phases", "2569", "--json")["released"] is True


def test_a_bad_roster_ends_with_2_and_every_problem(here: Installation, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("รหัส,ชื่อ,ประเภท,จังหวัด\n,ก,กองทุน,ตราด\nZ1,ข,อบต.,เชียงไหม่\n")
    done = here.run("agencies", "import", "--json", str(file))
    assert done.returncode == 2
    assert len(json.loads(done.stdout)["problems"]) == done.stderr.count("•") == 3
    assert "เชียงใหม่" in done.stderr


def test_the_template_written_is_read_back_without_a_difference(stocked: Installation, tmp_path: Path) -> None:
    file = tmp_path / "roster.xlsx"
    assert stocked.run("agencies", "template", str(file)).returncode == 0
    found = stocked.ask("agencies", "import", "--dry-run", "--json", str(file))
    assert (found["new"], found["changed"], found["unchanged"], found["problems"]) == ([], [], 1, [])


def test_reminders_are_texts_and_sending_without_mail_says_so(here: Installation) -> None:
    assert here.ask("remind", "--json") == []
    refused = here.run("remind", "--send")
    assert refused.returncode == 2
    assert "อีเมล" in refused.stderr


def test_the_journal_is_listed_saved_and_proves_a_cut(stocked: Installation, tmp_path: Path) -> None:
    found = stocked.ask("journal", "list", "--search", "A1", "--json")
    assert {line["act"] for line in found["lines"]} == {"tell_numbers"}
    assert stocked.run("journal", "export", str(tmp_path / "journal.csv")).returncode == 0
    whole = stocked.ask("journal", "verify", "--json")
    assert whole["whole"]
    with sqlite3.connect(stocked.folder / "surveyapp.db") as database:
        for name in ("journal_keeps_lines", "journal_loses_nothing"):
            database.execute(f"drop trigger {name}")
        database.execute("delete from journal where seq = (select max(seq) from journal)")
    cut = stocked.run("journal", "verify", "--json")
    assert cut.returncode == 2
    assert json.loads(cut.stdout)["lost"] == [whole["head"]]
    (stocked.folder / "journal.heads").unlink()
    assert stocked.run("journal", "verify").returncode == 0
    assert stocked.run("journal", "verify", "--head", whole["head"]).returncode == 2


def test_the_national_office_opens_a_year_for_152_agencies_from_one_file(tmp_path: Path) -> None:
    """One province's worth of agencies: the sheet in, numbers with it, each with two links, opened, days set."""
    office, n = install(tmp_path / "nation"), 152
    assert office.run("init-db").returncode == 0
    rows = [
        f"TR{number:03},เทศบาลตำบลที่ {number},เทศบาลตำบลขนาดกลาง,ตราด,{20 + number},{900 + number}"
        for number in range(n)
    ]
    file = tmp_path / "roster.csv"
    file.write_text("\n".join([SHEET.splitlines()[0], *rows]) + "\n")
    first = office.ask("agencies", "import", "--json", str(file))
    assert (len(first["new"]), first["numbers_waiting"], first["problems"]) == (n, n, [])
    assert office.run("rounds", "prepare", "2569").returncode == 0
    refused = office.run("rounds", "open", "2569")
    assert refused.returncode == 2
    assert refused.stderr.count("•") == 51, "a page of them by name, and how many more"
    assert len(office.ask("agencies", "import", "--json", str(file))["numbers"]) == n
    assert office.run("rounds", "open", "2569").returncode == 0
    links = office.ask("links", "--year", "2569", "--json")
    assert len({link["code"] for link in links}) == len(links) == 2 * n
    found = office.ask("rounds", "phases", "2569", "--json")
    assert (found["stage"], found["without_numbers"]) == ("open", [])
    assert office.ask("journal", "verify", "--json")["whole"] is True
