"""Sums of local functions: scopes, splits and numbers that the check must refuse."""

from __future__ import annotations

from dataclasses import replace

from convac import Network, Setting, Status
from convac.graphs.partition_names import named
from convac.proofs.theorems.local_sums import Split, best, dimensions, ranks, scopes

NETWORK = Network(2, 4, layers="3/1:4,4/4:1")
SPLIT = best(Setting(NETWORK, named("left-right", 4, 4), "shared", "relu-sum"), 1)


def changed(**found: object) -> Split:
    return replace(SPLIT, found=replace(SPLIT.found, **found))  # type: ignore[arg-type]


def test_what_is_wrong_fails() -> None:
    assert {check(SPLIT).status for check in (scopes, dimensions, ranks)} == {Status.PASSED}
    smaller = tuple(scope - {min(scope)} for scope in SPLIT.found.scopes)
    assert scopes(changed(scopes=smaller)).status is Status.FAILED
    assert dimensions(changed(scopes=smaller)).status is Status.FAILED
    assert dimensions(changed(bound=SPLIT.found.bound - 1)).status is Status.FAILED
    assert dimensions(changed(on_p=())).status is Status.FAILED
    assert ranks(changed(bound=3)).status is Status.FAILED


def test_a_sum_of_one_level_more_has_other_scopes() -> None:
    assert scopes(replace(SPLIT, levels=0)).status is Status.FAILED
