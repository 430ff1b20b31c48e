"""The report's states, edge by edge."""

from itertools import product

import pytest

from reports.models import ReportStatus as S
from reports.workflow import (
    EDGES,
    ENDED,
    OPEN,
    UNTOUCHED,
    Party,
    TransitionRefused,
    is_open,
    may_move,
    next_states,
    require_edge,
)


@pytest.mark.parametrize(("start", "end"), list(product(S, S)))
@pytest.mark.parametrize("party", list(Party))
def test_every_pair_of_states_is_an_edge_for_exactly_those_it_names(start: S, end: S, party: Party) -> None:
    allowed = party in EDGES.get((start, end), ())
    assert may_move(start, end, {party}) is allowed
    assert (end.value in next_states(start, {party})) is allowed
    if allowed:
        require_edge(start, end, {party})
        return
    with pytest.raises(TransitionRefused) as refused:
        require_edge(start, end, {party})
    assert refused.value.http_status == 409
    assert refused.value.data == {"status": start.value, "possible": next_states(start, {party})}


def test_every_state_is_open_or_ended_and_can_be_reached() -> None:
    assert set(OPEN) | set(ENDED) == set(S)
    assert not set(OPEN) & set(ENDED)
    assert {end for _start, end in EDGES} == set(S) - {S.RECEIVED}


def test_every_open_state_leads_to_an_end() -> None:
    for start in OPEN:
        reached = {start}
        while new := {end for (a, end) in EDGES if a in reached} - reached:
            reached |= new
        assert S.CLOSED in reached


def test_resolved_is_the_word_of_a_crew_alone_and_closed_never_of_the_desk() -> None:
    assert {party for (_start, end), who in EDGES.items() if end is S.RESOLVED for party in who} == {
        Party.JOBS
    }
    closing = {party for (_start, end), who in EDGES.items() if end is S.CLOSED for party in who}
    assert closing == {Party.RESIDENT, Party.OPERATOR, Party.SYSTEM}


def test_a_report_with_crews_on_it_is_moved_by_its_jobs_alone() -> None:
    for start in (S.PLANNED, S.IN_PROGRESS):
        assert all(who == {Party.JOBS} for (a, _end), who in EDGES.items() if a is start)


def test_nobody_is_a_party() -> None:
    assert not any(may_move(start, end, ()) for start, end in EDGES)
    assert is_open(UNTOUCHED[0])
    assert not is_open(S.CLOSED)
