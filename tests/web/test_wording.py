"""Pages say by which paper they go, and whose wording it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from surveyapp.domain.paper import Instrument
from surveyapp.domain.places import Agency
from surveyapp.persistence.store import Store
from surveyapp.services.rounds import Rounds
from surveyapp.services.wording import WordingChange
from tests.conftest import LIBRARY
from tests.places import SmallRound
from tests.web.conftest import app_on
from tests.web.walker import see, text_of
from tests.workbooks import cells_of, workbook

OWN = "เรียบเรียงขึ้นเองตามหัวข้อของปี"
OFFICIAL = "คำถามเป็นถ้อยคำทางการ"
NEW = "ปฏิบัติงานตามขั้นตอนที่กฎหมายกำหนด"


def test_the_pages_of_the_desk_name_their_paper(coordinator: FlaskClient, assessor: FlaskClient) -> None:
    digest = LIBRARY.paper(2564).digest[:12]
    for person, address in (
        (coordinator, "/desk/2564/A1"),
        (coordinator, "/desk/2564/A1/checklist"),
        (assessor, "/review/2564/A1"),
    ):
        page = person.get(address)
        see(page)
        assert digest in text_of(page), address


def test_our_own_wording_is_called_our_own(client: FlaskClient, small: SmallRound) -> None:
    page = client.get(f"/s/{small.codes['A1', Instrument.IIT]}")
    assert OWN in text_of(page)
    assert OFFICIAL not in text_of(page)


@pytest.mark.parametrize("instrument", [Instrument.IIT, Instrument.EIT])
def test_a_new_round_asks_in_the_official_wording(sqlite_store: Store, tmp_path: Path, instrument: Instrument) -> None:
    errands = app_on(sqlite_store, tmp_path).extensions["errands"]
    wording: WordingChange = errands(WordingChange)
    cells = cells_of(wording.export(2564))
    for row in cells[instrument.value]:
        row[2] = NEW if row[1] == f"{instrument.value[0]}2" else row[2]
    for row in cells["paper"]:
        row[1] = "official" if row[0] == "wording" else row[1]
    file = tmp_path / "official.xlsx"
    file.write_bytes(workbook(cells))
    wording.put_in_use(wording.compare(file))
    with sqlite_store.writing() as shelves:
        shelves.agencies.add([Agency(0, "A1", "เทศบาลตำบลไทย", "thesaban_tambon_m", "ธารทอง")])
    errands(Rounds).open(2564)
    with sqlite_store.reading() as shelves:
        link = next(each for each in shelves.links.of_year(2564) if each.instrument is instrument)
    page = app_on(sqlite_store, tmp_path).test_client().get(f"/s/{link.code}")
    see(page)
    assert NEW in text_of(page)
    assert OFFICIAL in text_of(page)
    assert OWN not in text_of(page)
    assert link.assessment.round.digest[:12] in text_of(page)
    assert link.assessment.round.digest != LIBRARY.paper(2564).digest
