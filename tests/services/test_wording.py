"""An authority's own wording: out to a workbook, changed, in again; rounds keep the paper they were opened with."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from surveyapp.adapters.spreadsheet import read_pages
from surveyapp.adapters.thai_words import words
from surveyapp.domain.difference import Kind
from surveyapp.domain.paper import Instrument, Paper
from surveyapp.domain.places import Agency, Stage
from surveyapp.domain.problems import CellIsFormula, FileNotReadable, FileSuspicious, Problem, Problems
from surveyapp.domain.wording_problems import (
    NewYearNotDraft,
    PaperMoved,
    RoundStillOpen,
    StructureFixed,
    WorkbookNeeded,
)
from surveyapp.instruments.library import Library, document_of
from surveyapp.persistence.store import KeptPapers, Store
from surveyapp.persistence.tables import journal
from surveyapp.services.answering import Answering
from surveyapp.services.results import Results
from surveyapp.services.rounds import Rounds
from surveyapp.services.wording import Change, WordingChange
from tests.conftest import LIBRARY, NOW, SEAL
from tests.instruments.shelf import put as put_in_tables
from tests.instruments.shelf import shipped_tables, write
from tests.places import open_small_round
from tests.workbooks import cells_of, put, workbook

YEARS = LIBRARY.years()
OLD = "ทำตามขั้นตอนที่กำหนดไว้"
NEW = "ปฏิบัติงานตามขั้นตอนที่กฎหมายกำหนด"


def a_library(store: Store) -> Library:
    """The library as another process sees it: nothing remembered."""
    return Library(kept=KeptPapers(store))


def errand(store: Store) -> WordingChange:
    return WordingChange(store, a_library(store), words, lambda: NOW)


def rounds_on(store: Store) -> Rounds:
    draws = iter(range(10**9))
    return Rounds(store, a_library(store), "http://x", lambda: NOW, lambda below: next(draws) * 7 % below)


def bring_in(store: Store, tmp_path: Path, data: bytes) -> Paper:
    """Import a workbook, as the command does."""
    change = compare(store, tmp_path, data)
    errand(store).put_in_use(change)
    return change.after


def compare(store: Store, tmp_path: Path, data: bytes) -> Change:
    file = tmp_path / "paper.xlsx"
    file.write_bytes(data)
    return errand(store).compare(file)


def refusals(store: Store, tmp_path: Path, data: bytes) -> list[Problem]:
    before = errand(store).export(2564)
    try:
        compare(store, tmp_path, data)
    except Problems as refused:
        found = list(refused.problems)
    except Problem as refused:
        found = [refused]
    else:
        raise AssertionError("nothing was refused")
    assert errand(store).export(2564) == before
    return found


@pytest.fixture
def exported(sqlite_store: Store) -> bytes:
    """The paper of 2564 as a workbook."""
    return errand(sqlite_store).export(2564)


@pytest.mark.parametrize("year", YEARS)
def test_export_import_export_gives_the_same_file(sqlite_store: Store, tmp_path: Path, year: int) -> None:
    first = errand(sqlite_store).export(year)
    change = compare(sqlite_store, tmp_path, first)
    assert not change.difference
    assert change.after == change.before
    assert change.after.digest == LIBRARY.paper(year).digest
    changed = cells_of(first)
    changed["iit"][1][2] += " (ใหม่)"
    after = bring_in(sqlite_store, tmp_path, workbook(changed))
    second = errand(sqlite_store).export(year)
    assert bring_in(sqlite_store, tmp_path, second).digest == after.digest
    assert errand(sqlite_store).export(year) == second != first
    assert errand(sqlite_store).export(year, shipped=True) == first


def test_a_changed_text_is_in_use_from_then_on_and_in_the_next_round(store: Store, tmp_path: Path) -> None:
    data = put(put(errand(store).export(2564), "iit", OLD, NEW), "paper", "own", "official")
    change = compare(store, tmp_path, data)
    assert {each.place for each in change.difference.texts} == {"wording", "iit.item[i1].ask[i1.1].text.th"}
    assert "".join(p.text for p in change.difference.texts[1].pieces if p.kind is not Kind.REMOVED) == NEW
    assert a_library(store).paper(2564) == LIBRARY.paper(2564)  # looking changes nothing
    errand(store).put_in_use(change)
    assert a_library(store).is_imported(2564)
    assert not a_library(store).is_imported(2565)
    with store.writing() as shelves:
        shelves.agencies.add([Agency(0, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ธารทอง")])
    assert rounds_on(store).open(2564) == 1
    with store.reading() as shelves:
        round_ = shelves.rounds.of_year(2564)
        assert shelves.papers.document(round_.digest) == document_of(change.after)
        link = next(each for each in shelves.links.of_year(2564) if each.instrument is Instrument.IIT)
    form = Answering(store, a_library(store), lambda: NOW, SEAL).open(link.code)
    assert form.questionnaire.sub_questions[0].text.th == NEW
    assert form.paper.wording == "official"


def test_the_journal_tells_the_digests_and_how_many_texts_but_no_text(store: Store, tmp_path: Path) -> None:
    after = bring_in(store, tmp_path, put(errand(store).export(2564), "iit", OLD, NEW))
    with store.database.reading() as connection:
        (line,) = connection.execute(journal.select()).all()
    assert (line.who, line.act, line.subject) == ("operator", "import_paper", "2564")
    assert after.digest in line.facts
    assert LIBRARY.paper(2564).digest in line.facts
    assert '"texts": 1' in line.facts
    assert "กฎหมาย" not in line.facts
    with store.reading() as shelves:
        assert list(shelves.journal.broken_at()) == []


@pytest.mark.parametrize("rehearsal", [True, False])
def test_nothing_is_brought_in_while_a_round_of_the_year_is_open(store: Store, tmp_path: Path, rehearsal: bool) -> None:
    data = put(errand(store).export(2564), "iit", OLD, NEW)
    change = compare(store, tmp_path, data)
    place = open_small_round(store, rehearsal=rehearsal)
    with pytest.raises(RoundStillOpen):
        compare(store, tmp_path, data)
    with pytest.raises(RoundStillOpen):
        errand(store).put_in_use(change)  # the round was opened after looking
    assert not a_library(store).is_imported(2564)
    bring_in(store, tmp_path, put(errand(store).export(2563), "iit", OLD, NEW))  # another year may
    with store.writing() as shelves:
        shelves.rounds.move(place.assessments["A1"].round, Stage.CLOSED)
    bring_in(store, tmp_path, data)
    assert a_library(store).is_imported(2564)


def test_opening_and_bringing_in_at_once_leaves_a_round_whose_paper_is_kept(store: Store, tmp_path: Path) -> None:
    with store.writing() as shelves:
        shelves.agencies.add([Agency(0, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ธารทอง")])
    change = compare(store, tmp_path, put(errand(store).export(2564), "iit", OLD, NEW))
    refused: list[Problem] = []

    def bring() -> None:
        try:
            errand(store).put_in_use(change)
        except RoundStillOpen as problem:
            refused.append(problem)

    threads = [threading.Thread(target=bring), threading.Thread(target=lambda: rounds_on(store).open(2564))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as shelves:
        round_ = shelves.rounds.of_year(2564)
    in_use = a_library(store).paper(2564)
    assert round_.digest == in_use.digest
    assert bool(refused) is (in_use == change.before)
    assert a_library(store).bound(round_) == in_use


def test_a_closed_round_still_shows_its_own_paper_and_result(store: Store, tmp_path: Path) -> None:
    first = bring_in(store, tmp_path, put(errand(store).export(2564), "iit", OLD, NEW))
    with store.writing() as shelves:
        shelves.agencies.add([Agency(0, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ธารทอง")])
    rounds = rounds_on(store)
    rounds.open(2564)
    rounds.close(2564)
    before = Results(store, a_library(store)).of(2564, "A1")
    bring_in(store, tmp_path, put(errand(store).export(2564), "iit", NEW, "ใหม่กว่า"))
    after = Results(store, a_library(store)).of(2564, "A1")
    assert after.frozen
    assert after.paper == before.paper == first
    assert after.result.total == before.result.total
    assert a_library(store).paper(2564) != first
    assert len(Results(store, a_library(store)).listing(2564).page.items) == 1


def test_a_round_keeps_its_paper_when_a_later_release_ships_another(store: Store, tmp_path: Path) -> None:
    with store.writing() as shelves:
        shelves.agencies.add([Agency(0, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ธารทอง")])
    rounds_on(store).open(2564)
    write(tmp_path, 2564, put_in_tables(shipped_tables(2564), ("iit", "name", "th"), "ชื่อใหม่"))
    later = Library(tmp_path, kept=KeptPapers(store))
    with store.reading() as shelves:
        round_ = shelves.rounds.of_year(2564)
    assert later.shipped(2564).digest != round_.digest
    assert later.bound(round_) == LIBRARY.paper(2564)


def test_the_form_asks_the_database_for_its_paper_only_once(store: Store, tmp_path: Path) -> None:
    bring_in(store, tmp_path, put(errand(store).export(2564), "iit", OLD, NEW))
    with store.writing() as shelves:
        shelves.agencies.add([Agency(0, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ธารทอง")])
    rounds_on(store).open(2564)
    with store.reading() as shelves:
        round_ = shelves.rounds.of_year(2564)
    library = a_library(store)
    library.bound(round_)
    asked: list[str] = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    library.bound(round_)
    assert asked == []


def test_somebody_elses_import_in_between_is_noticed(store: Store, tmp_path: Path) -> None:
    data = errand(store).export(2564)
    mine = compare(store, tmp_path, put(data, "iit", OLD, NEW))
    bring_in(store, tmp_path, put(data, "iit", OLD, "อื่น"))
    with pytest.raises(PaperMoved):
        errand(store).put_in_use(mine)


def test_the_structure_of_a_verified_year_stays(sqlite_store: Store, tmp_path: Path, exported: bytes) -> None:
    cells = cells_of(exported)
    cells["scales"][2][4] = "33.33"
    cells["samples"][1][4] = "31"
    found = refusals(sqlite_store, tmp_path, workbook(cells))
    assert {type(each) for each in found} == {StructureFixed}
    assert str(found[0]).startswith("iit.item[i1].ask[i1.1].choice[2].points: the rules of fiscal year 2564 are")
    assert any("“33”" in str(each) and "“33.33”" in str(each) for each in found)
    assert any(str(each).startswith("sample[1].at_least") for each in found)


def test_the_structure_of_a_draft_year_may_change(sqlite_store: Store, tmp_path: Path) -> None:
    data = errand(sqlite_store).export(2569)
    cells = cells_of(data)
    cells["samples"][1][4] = "31"
    cells["oit"] = cells["oit"][:-1]
    after = bring_in(sqlite_store, tmp_path, workbook(cells))
    assert a_library(sqlite_store).paper(2569) == after
    assert len(after.oit.items) == len(LIBRARY.paper(2569).oit.items) - 1
    assert bring_in(sqlite_store, tmp_path, data).digest == LIBRARY.paper(2569).digest
    assert not a_library(sqlite_store).is_imported(2569)


def test_a_draft_that_was_declared_verified_can_go_back_to_what_ships(sqlite_store: Store, tmp_path: Path) -> None:
    data = errand(sqlite_store).export(2569)
    bring_in(sqlite_store, tmp_path, put(data, "paper", "draft", "verified"))
    bring_in(sqlite_store, tmp_path, data)
    assert a_library(sqlite_store).paper(2569) == LIBRARY.paper(2569)


def test_a_new_year_comes_in_as_a_draft(store: Store, tmp_path: Path) -> None:
    data = put(errand(store).export(2564), "paper", "2564", "2570")
    with pytest.raises(NewYearNotDraft):
        compare(store, tmp_path, data)
    bring_in(store, tmp_path, put(data, "paper", "verified", "draft"))
    assert a_library(store).years() == (*YEARS, 2570)
    assert a_library(store).paper(2570).fiscal_year == 2570
    with store.writing() as shelves:
        shelves.agencies.add([Agency(0, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ธารทอง")])
    assert rounds_on(store).open(2570) == 1


def test_a_folder_of_files_comes_in_by_the_same_way(sqlite_store: Store, tmp_path: Path) -> None:
    write(tmp_path, 2564, put_in_tables(shipped_tables(2564), ("iit", "name", "th"), "ชื่อใหม่"))
    change = errand(sqlite_store).compare(tmp_path / "2564")
    assert [each.place for each in change.difference.texts] == ["iit.name.th"]


@pytest.mark.parametrize("text", [" เว้นหน้า", "เว้น\u200bกลาง", "ท้าย\n", "ควบ\x07คุม"])
def test_what_no_spreadsheet_keeps_is_refused_by_its_place(sqlite_store: Store, tmp_path: Path, text: str) -> None:
    write(tmp_path, 2564, put_in_tables(shipped_tables(2564), ("iit", "name", "th"), text))
    with pytest.raises(Problems) as refused:
        errand(sqlite_store).compare(tmp_path / "2564")
    assert [str(each).split(":")[0] for each in refused.value.problems] == ["iit.name.th"]


# --- poisoned workbooks -------------------------------------------------------------------------------


def test_formulas_are_told_with_their_sheet(sqlite_store: Store, tmp_path: Path, exported: bytes) -> None:
    cells = cells_of(exported)
    cells["iit"][2][2], cells["oit"][3][3] = "=1+1", "=A1"
    found = refusals(sqlite_store, tmp_path, workbook(cells))
    assert found == [CellIsFormula(cell="iit!C3"), CellIsFormula(cell="oit!D4")]


def test_a_text_that_looks_like_a_formula_stays_text(sqlite_store: Store, tmp_path: Path) -> None:
    write(tmp_path, 2564, put_in_tables(shipped_tables(2564), ("iit", "name", "th"), "=1+1"))
    errand(sqlite_store).put_in_use(errand(sqlite_store).compare(tmp_path / "2564"))
    page = read_pages(errand(sqlite_store).export(2564), ["paper"])["paper"]
    assert page is not None
    assert any(row.cells[:2] == ("iit.name", "=1+1") for row in page.rows)


def test_numbers_and_dates_where_text_belongs_are_told(sqlite_store: Store, tmp_path: Path, exported: bytes) -> None:
    cells = cells_of(exported)
    cells["iit"][2][2], cells["oit"][2][1] = 46000, 9.1
    told = [str(each) for each in refusals(sqlite_store, tmp_path, workbook(cells))]
    assert told == [
        "Sheet iit, row 3, column th: holds a number or a date; type it as text",
        "Sheet oit, row 3, column code: holds a number or a date; type it as text",
    ]


def test_numbers_typed_as_numbers_are_numbers(sqlite_store: Store, tmp_path: Path, exported: bytes) -> None:
    cells = cells_of(exported)
    cells["scales"] = [
        [int(cell) if cell.isdigit() and at else cell for at, cell in enumerate(row)] for row in cells["scales"]
    ]
    cells["levels"][1][3], cells["paper"][1][1] = 95, 2564
    assert not compare(sqlite_store, tmp_path, workbook(cells)).difference


def test_merged_cells_leave_gaps_that_are_told(sqlite_store: Store, tmp_path: Path, exported: bytes) -> None:
    cells = cells_of(exported)
    cells["iit"][2][3] = ""

    def merge(_book: Any, page: Any) -> None:
        if page.name == "iit":
            page.merge_range("C3:D3", cells["iit"][2][2])

    told = [str(each) for each in refusals(sqlite_store, tmp_path, workbook(cells, merge))]
    assert told == ["iit.indicator[1].item[i1].text.en: has no text"]


def test_sheets_that_are_missing_or_unknown_are_told(sqlite_store: Store, tmp_path: Path, exported: bytes) -> None:
    cells = cells_of(exported)
    cells["iit (2)"] = cells["iit"]
    del cells["scales"]
    told = [str(each) for each in refusals(sqlite_store, tmp_path, workbook(cells))]
    assert "Sheet scales: is missing." in told
    assert any(each.startswith("Sheet iit (2): is not a known sheet") for each in told)


def test_hidden_sheets_and_the_sheets_of_another_order_are_read(
    sqlite_store: Store, tmp_path: Path, exported: bytes
) -> None:
    def hide(_book: Any, page: Any) -> None:
        if page.name == "iit":
            page.hide()

    backwards = dict(reversed(cells_of(exported).items()))
    assert not compare(sqlite_store, tmp_path, workbook(backwards, hide)).difference


def test_what_is_too_large_or_no_workbook_is_refused(sqlite_store: Store, tmp_path: Path, exported: bytes) -> None:
    cells = cells_of(exported)
    cells["iit"] += [["item"] * 8] * 5_000
    assert [type(each) for each in refusals(sqlite_store, tmp_path, workbook(cells))] == [FileSuspicious]
    assert [type(each) for each in refusals(sqlite_store, tmp_path, b"kind,code\n")] == [WorkbookNeeded]
    assert [type(each) for each in refusals(sqlite_store, tmp_path, exported[:5000])] == [FileNotReadable]
    wide = cells_of(exported)
    wide["eit"][3] += ["x"] * 60
    assert [type(each) for each in refusals(sqlite_store, tmp_path, workbook(wide))] == [FileSuspicious]


def test_an_unsound_paper_is_refused_with_every_fault(sqlite_store: Store, tmp_path: Path, exported: bytes) -> None:
    cells = cells_of(exported)
    second = next(row for row in cells["iit"] if row[1] == "i2")
    second[1] = "i1"
    for row in cells["paper"]:
        row[1] = "0.5" if row[0] == "weights.oit" else row[1]
    told = [str(each) for each in refusals(sqlite_store, tmp_path, workbook(cells))]
    assert any("weights: add up to 1.1" in each for each in told)
    assert any("i1 is there 2 times" in each for each in told)
