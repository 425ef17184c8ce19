"""Almost everywhere: minors, degrees and restrictions that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

from convac import Assignment, Network, Setting, Status, sharp_assignment
from convac.graphs.partition_names import named
from convac.proofs.theorems.almost_everywhere import degree, minor_of, nonzero, restriction, rows

NETWORK = Network(2, 2, layers="2/1:2,2/2:1")
SETTING = Setting(NETWORK, named("left-right", 2, 2))


def test_a_witness_of_smaller_rank_has_a_smaller_minor() -> None:
    """At the function 1 there is only a minor of one row, and the step says so."""
    good = minor_of(sharp_assignment(NETWORK, 1, (2,), 1, shared=True).assignment, SETTING, 1)
    assert {s.status for s in (nonzero(good), degree(good), restriction(good), rows(good, 4))} == {
        Status.PASSED
    }
    assert nonzero(good).detail.startswith("a 4 x 4 minor")
    neutral = minor_of(Assignment(NETWORK, []), SETTING, 1)
    assert nonzero(neutral).detail.startswith("a 1 x 1 minor")
    assert rows(neutral, 4).status is Status.FAILED


def test_what_is_wrong_with_a_minor_fails() -> None:
    good = minor_of(sharp_assignment(NETWORK, 1, (2,), 1, shared=True).assignment, SETTING, 1)
    assert nonzero(replace(good, value=0)).status is Status.FAILED
    assert restriction(replace(good, value=good.value + 1)).status is Status.FAILED
    twice = replace(good, rows=(good.rows[0], *good.rows[:-1]))
    assert restriction(twice).status is Status.FAILED
    # With one layer the degree that is allowed is 4, and the line's entries have more.
    shallow = replace(good, network=Network(2, 2, layers="2/2:1"))
    assert degree(shallow).status is restriction(shallow).status is Status.FAILED
