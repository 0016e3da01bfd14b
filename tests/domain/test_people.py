"""Who may do what, and where; and what a link belongs to."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from surveyapp.domain.paper import Instrument
from surveyapp.domain.people import Act, Grant, Person, Place, Role, has_role, may, may_everywhere, place_of
from surveyapp.domain.places import Agency, Assessment, Channel, Link, Round, Stage
from surveyapp.domain.provinces import PROVINCES, REGIONS, region_of

HERE = Place("TT001", "ธารทอง")
NEXT_DOOR = Place("TT002", "ธารทอง")
ELSEWHERE = Place("KK001", "ขอนแก่น")
PRINTING = {Act.PRINT_POSTER, Act.PRINT_CERTIFICATE}
LOOKING = {Act.SEE_DESK, Act.SEE_CHECKLIST, Act.SEE_BOARD, Act.SEE_SIGNS, Act.SEE_JOURNAL} | PRINTING
PREPARING = PRINTING | {Act.FILE_EVIDENCE, Act.MANAGE_LINKS, Act.ISSUE_CODES, Act.TELL_NUMBERS}
COORDINATORS = {Act.SEE_DESK, Act.SEE_CHECKLIST, *PREPARING}
ASSESSORS = {Act.SEE_CHECKLIST, Act.DECIDE_ITEM, Act.SEE_SIGNS}


def a_person(*grants: Grant) -> Person:
    return Person(1, "tt001", "นางวิภา ใจดี", grants)


@pytest.mark.parametrize(
    ("grant", "covered"),
    [
        (Grant(Role.COORDINATOR, agency="TT001"), [HERE]),
        (Grant(Role.COORDINATOR, province="ธารทอง"), [HERE, NEXT_DOOR]),
        (Grant(Role.COORDINATOR), [HERE, NEXT_DOOR, ELSEWHERE]),
        (Grant(Role.COORDINATOR, agency="TT001", province="ธารทอง"), [HERE]),
        (Grant(Role.COORDINATOR, agency="TT001", province="ขอนแก่น"), []),
        (Grant(Role.COORDINATOR, agency="tt001"), []),
        (Grant(Role.COORDINATOR, agency=""), []),
        (Grant(Role.COORDINATOR, province=""), []),
    ],
)
def test_a_grant_covers_its_agency_its_province_or_the_nation(grant: Grant, covered: list[Place]) -> None:
    assert [place for place in (HERE, NEXT_DOOR, ELSEWHERE) if grant.covers(place)] == covered


@pytest.mark.parametrize(("role", "allowed"), [(Role.COORDINATOR, COORDINATORS), (Role.ASSESSOR, ASSESSORS)])
def test_a_role_allows_its_acts_inside_the_grant_and_none_outside(role: Role, allowed: set[Act]) -> None:
    person = a_person(Grant(role, agency="TT001"))
    assert {act for act in Act if may(person, act, HERE)} == allowed
    assert not any(may(person, act, place) for act, place in product(Act, (NEXT_DOOR, ELSEWHERE)))


def test_nobody_who_files_evidence_decides_on_it_without_a_second_grant() -> None:
    for role in Role:
        mine = {act for act in Act if may(a_person(Grant(role)), act, HERE)}
        assert len(mine & {Act.FILE_EVIDENCE, Act.SIGN_OFF, Act.DECIDE_ITEM}) <= 1, role
    assert not may(a_person(Grant(Role.COORDINATOR)), Act.DECIDE_ITEM, HERE)
    assert not may(a_person(Grant(Role.ASSESSOR)), Act.FILE_EVIDENCE, HERE)


def test_a_role_in_one_place_does_not_lend_itself_to_a_grant_in_another() -> None:
    person = a_person(Grant(Role.COORDINATOR, agency="TT001"), Grant(Role.ASSESSOR, province="ขอนแก่น"))
    assert may(person, Act.FILE_EVIDENCE, HERE)
    assert may(person, Act.DECIDE_ITEM, ELSEWHERE)
    assert not may(person, Act.DECIDE_ITEM, HERE)
    assert not may(person, Act.FILE_EVIDENCE, ELSEWHERE)


def test_without_a_grant_nothing_is_allowed() -> None:
    assert not any(may(a_person(), act, HERE) for act in Act)
    assert not has_role(a_person(), Role)


def test_a_person_has_a_role_anywhere_or_not() -> None:
    person = a_person(Grant(Role.ASSESSOR, province="ธารทอง"))
    assert has_role(person, [Role.ASSESSOR])
    assert has_role(person, Role)
    assert not has_role(person, [Role.COORDINATOR])
    assert not has_role(person, [])


# --- places --------------------------------------------------------------------------------------------

ASSESSMENT = Assessment(
    1, Round(1, 2569, Stage.OPEN, "0" * 64, False, None), Agency(1, "TT001", "ธารทอง", "oboto_m", "ธารทอง"), 40, None
)


@pytest.mark.parametrize(
    ("instrument", "channel", "part"),
    [
        (Instrument.IIT, Channel.OPEN, 0),
        (Instrument.IIT, Channel.FIELD, 0),
        (Instrument.EIT, Channel.OPEN, 1),
        (Instrument.EIT, Channel.FIELD, 2),
    ],
)
def test_answers_of_the_field_team_are_eit_part_2(instrument: Instrument, channel: Channel, part: int) -> None:
    assert Link("22222222", ASSESSMENT, instrument, channel, False).eit_part == part


def test_each_survey_has_its_own_number_of_eligible_people() -> None:
    assert ASSESSMENT.eligible(Instrument.IIT) == 40
    assert ASSESSMENT.eligible(Instrument.EIT) is None


def test_an_auditor_reads_and_can_change_nothing() -> None:
    assert {act for act in Act if may(a_person(Grant(Role.AUDITOR)), act, HERE)} == LOOKING


def test_a_region_holds_its_provinces_and_bangkok_is_in_none() -> None:
    assert len(PROVINCES) == 77
    assert {region_of(name) for name in PROVINCES} == {None, *REGIONS}
    regional = a_person(Grant(Role.REGIONAL, region=4))
    agency = Agency(1, "KK001", "เทศบาลนคร", "thesaban", "ขอนแก่น")
    assert may(regional, Act.SEE_BOARD, place_of(agency))
    assert not may(regional, Act.SEE_BOARD, place_of(replace(agency, province="กรุงเทพมหานคร")))
    assert not may(regional, Act.SEE_BOARD, place_of(replace(agency, province="สงขลา")))


def test_only_a_grant_over_the_nation_reaches_everywhere() -> None:
    assert may_everywhere(a_person(Grant(Role.NATIONAL)), Act.RUN_ROUND)
    for scope in ({"agency": "TT001"}, {"province": "ขอนแก่น"}, {"region": 4}):
        assert not may_everywhere(a_person(Grant(Role.NATIONAL, **scope)), Act.RUN_ROUND)
    assert not may_everywhere(a_person(Grant(Role.COORDINATOR)), Act.RUN_ROUND)
