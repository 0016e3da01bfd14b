"""A reach as lists says what ``may`` says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from surveyapp.domain.paging import MOST, page_of
from surveyapp.domain.people import Act, Grant, Person, Role, may, place_of
from surveyapp.domain.places import Agency
from surveyapp.domain.provinces import MADE_UP, PROVINCES
from surveyapp.domain.reach import reach_of

CODES = ["A1", "A2", "B1"]
NAMES = ["ตรัง", "สตูล", "น่าน", "กรุงเทพมหานคร", MADE_UP, "ไม่มีในแผนที่"]
roles = st.sampled_from(Role)
grants = st.one_of(
    st.builds(Grant, roles, agency=st.sampled_from(CODES)),
    st.builds(Grant, roles, province=st.sampled_from([*NAMES, *PROVINCES])),
    st.builds(Grant, roles, region=st.integers(1, 9)),
    st.builds(Grant, roles),
)


@given(st.lists(grants, max_size=4), st.sampled_from(Act), st.sampled_from(CODES), st.sampled_from(NAMES))
def test_a_reach_holds_exactly_where_the_act_is_allowed(held: list[Grant], act: Act, code: str, province: str) -> None:
    person, agency = Person(1, "a", "b", tuple(held)), Agency(1, code, "ที่นี่", "obojo", province)
    assert reach_of(person, act).holds(agency) == may(person, act, place_of(agency))


@given(st.integers(0, 3 * MOST), st.integers(-3, 9))
def test_pages_hold_every_item_once_and_the_nearest_page_is_given(n: int, number: int) -> None:
    first = page_of(range(n), 1)
    every = [item for each in range(1, first.pages + 1) for item in page_of(range(n), each).items]
    assert every == list(range(n))
    assert 1 <= page_of(range(n), number).number <= first.pages
