"""Who may give which role where; what a password and a wait must be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.granting import SCOPES, may_give, may_look_after, needs_second_factor, reach, scope_of
from surveyapp.domain.password import LEAST, password_problems
from surveyapp.domain.people import Act, Grant, Person, Place, Role, may
from surveyapp.domain.places import Agency
from surveyapp.domain.sign_in import browser_name

AGENCIES = {
    code: Agency(number, code, code, "k", province)
    for number, (code, province) in enumerate([("A1", "ตรัง"), ("A2", "ตรัง"), ("B1", "สตูล"), ("C1", "น่าน")])
}
PROVINCES = ["ตรัง", "สตูล", "น่าน", "กรุงเทพมหานคร"]
places = st.one_of(
    st.none().map(lambda _: (None, None, None)),
    st.sampled_from(sorted(AGENCIES)).map(lambda code: (code, None, None)),
    st.sampled_from(PROVINCES).map(lambda name: (None, name, None)),
    st.integers(1, 9).map(lambda region: (None, None, region)),
)
grants = st.builds(lambda role, place: Grant(role, *place), st.sampled_from(Role), places)
sound = grants.filter(lambda grant: scope_of(grant) in SCOPES[grant.role])


def a_person(*held: Grant, number: int = 1) -> Person:
    return Person(number, "a", "A", held)


def where(grant: Grant) -> Place:
    return reach(grant, AGENCIES)


@given(sound, sound)
def test_nobody_gives_a_role_that_could_do_what_they_cannot_have_done_below_them(held: Grant, wanted: Grant) -> None:
    """Whoever gives stands above: only the national office gives its own level, nobody else an equal or a higher."""
    if may_give(a_person(held), wanted, where(wanted)):
        order = [Role.HEAD, Role.SUPERVISOR, Role.REGIONAL, Role.NATIONAL]
        assert held.role in order
        assert held.role is Role.NATIONAL or wanted.role in {Role.COORDINATOR, *order[: order.index(held.role)]}
        assert may(a_person(held), Act.MANAGE_PEOPLE, where(wanted))


@given(sound, sound, st.sampled_from(sorted(AGENCIES)))
def test_what_is_given_never_reaches_beyond_the_givers_own_grant(held: Grant, wanted: Grant, code: str) -> None:
    there = where(Grant(Role.HEAD, agency=code))
    if may_give(a_person(held), wanted, where(wanted)) and wanted.covers(there):
        assert held.covers(there)


@given(st.lists(sound, min_size=1, max_size=3), sound)
def test_one_grant_out_of_reach_keeps_a_persons_links_out_of_reach(theirs: list[Grant], mine: Grant) -> None:
    other = a_person(*theirs, number=2)
    around = {grant: where(grant) for grant in theirs}
    looked_after = may_look_after(a_person(mine), other, around)
    assert looked_after == all(may_give(a_person(mine), grant, around[grant]) for grant in theirs)
    assert not may_look_after(a_person(mine, number=2), other, around)


@given(sound)
def test_every_role_above_coordinator_needs_a_second_factor(grant: Grant) -> None:
    assert needs_second_factor(a_person(grant)) == (grant.role is not Role.COORDINATOR)


@given(st.text(max_size=LEAST - 1))
def test_no_short_password_will_do(password: str) -> None:
    assert password_problems(password)


def test_what_everybody_tries_first_will_not_do_and_a_sentence_will() -> None:
    bad = [
        "password123",
        "Thailand2569",
        "1234567890",
        "aaaaaaaaaaaa",
        "somsri2569",
        "P@ssw0rd111",
        "abcdefghijkl",
        "รหัสผ่าน1234",
    ]
    assert [each for each in bad if not password_problems(each, "somsri", "สมศรี")] == []
    good = ["เช้านี้ฝนตกหนักมาก", "correct horse battery", "ฟ้าใสใจสุขทุกวัน"]
    assert [each for each in good if password_problems(each, "somsri", "สมศรี")] == []


@given(st.text(max_size=300))
def test_a_browsers_name_is_one_of_a_few(user_agent: str) -> None:
    assert len(browser_name(user_agent)) <= 40
    assert not any(sign.isdigit() for sign in browser_name(user_agent))
