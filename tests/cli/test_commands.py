"""The command line, as scripts and monitors rely on it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from surveyapp.adapters.spreadsheet import Column as SheetColumn
from surveyapp.adapters.spreadsheet import read_sheet, write_sheet
from tests.running import Installation, install
from tests.workbooks import put

TRAT = {
    "fiscal_year": 2564,
    "indicators": dict(
        zip(
            map(str, range(1, 11)),
            (93.55, 87.72, 91.01, 87.93, 89.52, 90.55, 88.68, 88.58, 72.89, 65.56),
            strict=True,
        )
    ),
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A small province, made once; tests here only add to it."""
    found = install(tmp_path_factory.mktemp("cli"))
    made = found.ask("demo", "--agencies", "4", "--responses", "300", "--json")
    assert made == {"year": 2569, "agencies": 4, "responses": 300, "items": made["items"]}
    return found


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    return install(tmp_path / "empty")


def test_links_are_listed_with_what_a_script_needs(here: Installation) -> None:
    found = here.ask("links", "--json")
    assert len(found) == 8
    for each in found:
        assert {"agency", "instrument", "channel", "code", "url"} <= set(each)
        assert each["url"] == f"{here.base}/s/{each['code']}"
    assert [each["agency"] for each in here.ask("links", "--agency", "TT003", "--json")] == ["TT003", "TT003"]


def test_the_tally_piped_into_score_is_the_whole_computation(here: Installation) -> None:
    tally = here.run("tally", "--agency", "TT001", "--json").stdout
    scored = here.ask("score", "-", given=tally)
    assert scored["fiscal_year"] == 2569
    assert scored["status"] == "draft"
    assert set(scored["instruments"]) == {"iit", "eit", "oit"}
    assert set(scored["indicators"]) == {str(n) for n in range(1, 11)}
    assert scored["total"]
    assert scored["level"]
    assert scored["gates"]
    assert scored["steps"][0]["parts"][0]["parts"]


def test_score_needs_no_database_and_leaves_no_trace(empty: Installation) -> None:
    scored = empty.ask("score", "-", given=json.dumps(TRAT))
    assert scored["total"] == "81.45"
    assert scored["exact"] == {"total": "81.4548"}
    assert scored["level"] == "B"
    assert scored["instruments"] == {"iit": "89.95", "eit": "89.27", "oit": "69.23"}
    assert list(empty.folder.iterdir()) == []


@pytest.mark.parametrize(
    "given",
    [
        "",
        "[]",
        "{",
        '{"fiscal_year": NaN}',
        '{"fiscal_year": 2564, "fiscal_year": 2564}',
        '{"fiscal_year": 2026}',
        '{"fiscal_year": 2555}',
        '{"fiscal_year": "x"}',
        '{"fiscal_year": 2564, "indicators": {"1": 101, "99": 1}}',
        '{"fiscal_year": 2564, "oit": {"O1": 50}}',
        '{"fiscal_year": 2564, "tallies": {"iit": {"i1.1": {"1": -1, "9": 1.5}}}}',
        '{"fiscal_year": 2564, "tallies": {"iit": {"i1.1": {"1": 1e999999}}}}',
        '{"fiscal_year": 2564, "instruments": []}',
        "[" * 100_000,
    ],
)
def test_bad_input_ends_with_exit_2_and_words(empty: Installation, given: str) -> None:
    done = empty.run("score", "-", given=given)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "•" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_problem_of_a_document_is_listed_at_once(empty: Installation) -> None:
    bad = {"fiscal_year": 2564, "indicators": {"1": 101, "2": "x"}, "oit": {"O1": 5, "O99": 0}, "surprise": 1}
    done = empty.run("score", "-", given=json.dumps(bad))
    assert done.stderr.count("•") == 5


def test_the_same_seed_makes_the_same_province(tmp_path: Path) -> None:
    dumps = []
    for name in ("one", "two"):
        place = install(tmp_path / name)
        assert place.run("demo", "--agencies", "3", "--responses", "90", "--seed", "5").returncode == 0
        with sqlite3.connect(place.folder / "surveyapp.db") as database:
            dumps.append(
                [
                    list(database.execute(f"select * from {table} order by 1, 2, 3"))  # noqa: S608 - our own names
                    for table in ("agency", "response", "link", "assessment")
                ]
            )
    assert dumps[0] == dumps[1]


def test_a_demo_never_touches_real_rounds_and_the_other_way_round(empty: Installation, here: Installation) -> None:
    assert here.run("rounds", "open", "2568").returncode == 2
    assert empty.run("init-db").returncode == 0
    assert empty.run("rounds", "open", "2569").returncode == 2  # no agencies yet
    with sqlite3.connect(empty.folder / "surveyapp.db") as database:
        database.execute(
            "insert into agency (id, code, name, sort_key, kind, province) values (1, 'A1', 'ก', 'ก', 'k', 'p')"
        )
    assert empty.run("rounds", "open", "2569").returncode == 0
    assert empty.run("rounds", "open", "2569").returncode == 2
    refused = empty.run("demo", "--agencies", "2")
    assert refused.returncode == 2
    assert "รอบจริง" in refused.stderr
    assert empty.run("rounds", "close", "2569").returncode == 0
    assert empty.run("rounds", "close", "2569").returncode == 2
    assert empty.run("rounds", "list").stdout == "2569\n"


@pytest.mark.parametrize("year", ["2026", "2555", "25๖๙x", "", "๒๐๒๖", "99999"])
def test_a_wrong_year_is_flagged_and_never_corrected(empty: Installation, year: str) -> None:
    for words in (("instruments", "show", year), ("checklist", "template", year, "x.xlsx"), ("demo", "--year", year)):
        done = empty.run(*words)
        assert done.returncode == 2
        assert not (empty.folder / "x.xlsx").exists()
    if year in ("2026", "๒๐๒๖"):
        assert "2569" in done.stderr


def test_thai_digits_are_a_year(empty: Installation) -> None:
    assert empty.ask("instruments", "show", "๒๕๖๔", "--json")["fiscal_year"] == 2564


def test_the_instruments_are_listed_shown_and_sound(empty: Installation) -> None:
    listed = empty.ask("instruments", "list", "--json")
    status = {each["fiscal_year"]: each["status"] for each in listed}
    assert (status[2564], status[2569]) == ("verified", "draft")
    shown = empty.ask("instruments", "show", "2564", "--json")
    subs = [
        sub for indicator in shown["iit"]["indicators"] for item in indicator["items"] for sub in item["sub_questions"]
    ]
    assert len(subs) == 51
    assert empty.run("instruments", "check").returncode == 0


def test_the_crosswalk_is_told_to_people_and_to_scripts(empty: Installation) -> None:
    found = empty.ask("instruments", "crosswalk", "2566", "--json")
    assert (found["from"], found["fiscal_year"], found["status"]) == (2565, 2566, "draft")
    merged = next(match for match in found["matches"] if match["kind"] == "merged")
    assert [each["code"] for each in merged["from"]] == ["O10", "O18"]
    assert merged["to"][0]["code"] == "O11"
    assert merged["breaks"][0]["why"]["th"]
    told = empty.run("instruments", "crosswalk", "๒๕๖๖").stdout
    for words in ("จากปีงบประมาณ 2565 ไปปีงบประมาณ 2566", "O10 + O18 → O11", "ใหม่ (", "ตัดออก (", "เหมือนเดิม"):
        assert words in told
    refused = empty.run("instruments", "crosswalk", "2562")
    assert refused.returncode == 2
    assert "2562" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_checklist_goes_out_and_comes_back(here: Installation) -> None:
    assert here.run("checklist", "template", "2569", "blank.xlsx").returncode == 0
    sheet = read_sheet((here.folder / "blank.xlsx").read_bytes(), header_needs={"รหัสข้อ"})
    place = {heading: number for number, heading in enumerate(sheet.header)}
    rows = [list(row.cells) for row in sheet.rows]
    for row in rows:
        row[place["ลิงก์หลักฐาน"]] = f"https://www.example.go.th/{row[0]}"
        row[place["ผลตรวจ"]] = "ผ่าน"
    rows[3][place["ผลตรวจ"]] = "อาจจะ"
    rows[4][place["ปีงบประมาณ"]] = "2555"

    def bring(*options: str) -> tuple[int, dict[str, Any]]:
        columns = [SheetColumn(heading, 20) for heading in sheet.header]
        (here.folder / "filled.xlsx").write_bytes(write_sheet(columns, rows, sheet_name="OIT"))
        done = here.run("checklist", "import", "--agency", "TT002", "filled.xlsx", "--json", *options)
        return done.returncode, json.loads(done.stdout)

    code, told = bring()
    assert (code, told["kept"], len(told["problems"])) == (2, 0, 2)
    assert here.ask("tally", "--agency", "TT002", "--json")["oit"] == {}
    code, told = bring("--keep-good")
    assert (code, told["kept"], len(told["problems"])) == (2, 24, 2)
    rows[3][place["ผลตรวจ"]], rows[4][place["ปีงบประมาณ"]] = "ผ่าน", "๒๕๖๙"
    assert bring()[0] == 0
    assert here.ask("tally", "--agency", "TT002", "--json")["oit"] == {f"O{n}": 100 for n in range(1, 27)}


def test_an_unknown_agency_or_file_is_named(here: Installation) -> None:
    done = here.run("tally", "--agency", "nobody", "--json")
    assert done.returncode == 2
    assert "nobody" in done.stderr
    assert here.run("checklist", "import", "--agency", "TT001", "missing.xlsx").returncode == 2


def test_an_upgrade_twice_changes_nothing(here: Installation) -> None:
    assert here.run("init-db").returncode == 0
    again = here.run("demo", "--if-empty")
    assert again.returncode == 0
    assert len(here.ask("links", "--json")) == 8


def test_english_is_spoken_when_asked_for(here: Installation) -> None:
    english = Installation(here.folder, here.port, language="en")
    assert "There is no agency" in english.run("tally", "--agency", "x").stderr


def test_a_weak_secret_key_or_a_strange_address_starts_nothing(here: Installation) -> None:
    import os
    import subprocess
    import sys

    for name, value in (("SECRET_KEY", "short"), ("PUBLIC_URL", "javascript:x"), ("TRUSTED_PROXIES", "all")):
        done = subprocess.run(
            [sys.executable, "-c", "from surveyapp.app import create_app; create_app()"],
            env={**os.environ, **here.environment, f"SURVEYAPP_{name}": value},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        assert f"SURVEYAPP_{name}" in done.stderr


def test_the_key_this_installation_made_is_its_own_secret(here: Installation) -> None:
    import subprocess
    import sys

    subprocess.run(
        [sys.executable, "-c", "from surveyapp.app import create_app; create_app()"], env=here.environment, check=True
    )
    key = here.folder / "secret_key"
    assert key.stat().st_mode & 0o077 == 0
    assert len(key.read_text()) >= 32


def test_the_welcome_tells_addresses_accounts_and_a_code(here: Installation) -> None:
    told = here.run("welcome").stderr
    for words in (f"{here.base}/", "tt001", "assessor", "█", "/s/"):
        assert words in told


def test_a_plan_names_the_fewest_items_to_a_level(here: Installation) -> None:
    """FY2568: the gate of the OIT is missed; one item of the small sub-indicator 9.3 is enough."""
    marks = {f"O{n}": 0 if n in (5, 6, 7, 8, 12, 13) else 100 for n in range(1, 29)}
    document = {"fiscal_year": 2568, "instruments": {"iit": 90, "eit": 90}, "oit": marks}
    found = here.ask("plan", "-", "--level", "good", given=json.dumps(document))
    assert found["possible"] is True
    assert len(found["items"]) == 1
    assert found["after"]["level"] == "good"
    document["instruments"] = {"iit": 97, "eit": "84.99"}
    found = here.ask("plan", "-", "--level", "good", given=json.dumps(document))
    assert (found["possible"], [gate["of"] for gate in found["blocked"]]) == (False, ["eit"])
    assert here.run("plan", "-", "--level", "AA", given=json.dumps(document)).returncode == 2


def test_official_wording_comes_in_by_workbook_and_goes_out_the_same(empty: Installation) -> None:
    out, changed, again = (empty.folder / name for name in ("out.xlsx", "changed.xlsx", "again.xlsx"))
    assert empty.run("instruments", "export", "2564", str(out)).returncode == 0
    assert list(empty.folder.iterdir()) == [out]  # no database was made for that
    assert empty.run("init-db").returncode == 0
    changed.write_bytes(put(out.read_bytes(), "iit", "ทำตามขั้นตอนที่กำหนดไว้", "ทำตามขั้นตอนของกฎหมาย"))
    dry = empty.ask("instruments", "import", "--dry-run", "--json", str(changed))
    assert (dry["in_use"], dry["structure"]) == (False, [])
    (text,) = dry["texts"]
    assert text["place"] == "iit.item[i1].ask[i1.1].text.th"
    assert "".join(each["text"] for each in text["pieces"] if each["kind"] != "added") == "ทำตามขั้นตอนที่กำหนดไว้"
    assert not any(each["imported"] for each in empty.ask("instruments", "list", "--json"))
    done = empty.run("instruments", "import", str(changed))
    assert done.returncode == 0
    assert "iit.item[i1].ask[i1.1].text.th: ทำตามขั้นตอน[-" in done.stdout
    assert "{+" in done.stdout
    assert dry["after"][:12] in done.stderr
    listed = {each["fiscal_year"]: each for each in empty.ask("instruments", "list", "--json")}
    assert (listed[2564]["imported"], listed[2564]["digest"]) == (True, dry["after"])
    assert empty.ask("score", "-", given=json.dumps(TRAT))["digest"] == dry["after"]
    assert empty.run("instruments", "export", "2564", str(again)).returncode == 0
    assert empty.run("instruments", "import", str(again)).returncode == 0
    first = again.read_bytes()
    assert empty.run("instruments", "export", "2564", str(again)).returncode == 0
    assert again.read_bytes() == first
    assert empty.run("instruments", "export", "2564", str(again), "--shipped").returncode == 0
    assert again.read_bytes() == out.read_bytes()


def test_wording_is_not_brought_in_over_an_open_round(here: Installation, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    assert here.run("instruments", "export", "2569", str(out)).returncode == 0
    refused = here.run("instruments", "import", str(out))
    assert refused.returncode == 2
    assert "ยังไม่ปิด" in refused.stderr
    assert here.run("instruments", "import", str(tmp_path)).returncode == 2
    assert here.run("instruments", "export", "2569", str(tmp_path / "no" / "where.xlsx")).returncode == 2


def test_a_kiosk_is_made_once_and_not_in_a_closed_round(tmp_path: Path) -> None:
    place = install(tmp_path / "kiosk")
    place.ask("demo", "--agencies", "2", "--responses", "20", "--year", "2569", "--json")
    place.ask("demo", "--agencies", "2", "--responses", "20", "--year", "2564", "--closed", "--json")
    made, again = (place.run("kiosk", "--agency", "TT001").stdout for _ in range(2))
    assert made == again
    (link,) = (each for each in place.ask("links", "--agency", "TT001", "--json") if each["channel"] == "kiosk")
    assert (link["url"], link["instrument"], link["fiscal_year"]) == (made.strip(), "eit", 2569)
    refused = place.run("kiosk", "--agency", "TT001", "--year", "2564")
    assert refused.returncode == 2
    assert "ปิด" in refused.stderr


def test_the_first_of_the_national_office_is_invited_at_the_machine(empty: Installation) -> None:
    assert empty.run("init-db").returncode == 0
    done = empty.run("people", "invite", "Aroonee", "--role", "national", "--full-name", "นางสาวอรุณี")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{empty.base}/enter/")
    assert empty.ask("people", "list", "--json") == [
        {
            "name": "aroonee",
            "full_name": "นางสาวอรุณี",
            "roles": [{"role": "national", "agency": None, "province": None, "region": None}],
            "invited": True,
            "second_factor": False,
        }
    ]
    for words in (["aroonee", "--role", "national"], ["x", "--role", "supervisor"], ["abc", "--role", "head"]):
        refused = empty.run("people", "invite", *words)
        assert refused.returncode == 2
        assert refused.stdout == ""
        assert "•" in refused.stderr
