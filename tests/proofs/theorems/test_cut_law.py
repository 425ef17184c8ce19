"""The cut law: flow, rank and minimum cut agree, and a cut that is not the flow is refused."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import pytest
from convac import Layer, Network, ResourceError, Setting, Status, factored_rank, factorize
from convac.algebra.powers import digit_count, power
from convac.graphs.connectivity import receptive_field
from convac.proofs.interval import UpperBound
from convac.proofs.symbolic import kernel
from convac.proofs.theorems import cut_law
from convac.proofs.theorems.flow_bound import routed
from hypothesis import given
from hypothesis import strategies as st
from strategies import partitions


@given(st.data())
def test_flow_is_minimum_cut_and_rank(data: st.DataObject) -> None:
    """b^f by the digits' assignment, and for powers of b the same number from above."""
    M, D = data.draw(st.sampled_from([2, 3, 4])), data.draw(st.sampled_from([1, 2, 3, 7]))
    H, W = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    S = data.draw(st.integers(1, 2))
    R = data.draw(st.integers(S, 3))
    rows, columns = -(-H // S), -(-W // S)
    network = Network(M, H, W, layers=[Layer(R, S, D), Layer((rows, columns), (rows, columns), 1)])
    setting = Setting(network, data.draw(partitions(network)), "unshared")
    numbers = cut_law.numbers_of(setting, 2)
    flow = numbers.flow
    assert routed(flow).status is Status.PASSED
    assert cut_law.cut(numbers).status is Status.PASSED
    assert len(flow.routes) == _menger(setting)
    try:
        rank = factored_rank(factorize(flow.construction().assignment), setting.partition).rank
    except ResourceError:
        return
    assert flow.bound <= rank <= numbers.upper.value
    assert numbers.powers == (2 ** digit_count(M, 2) == M and 2 ** digit_count(D + 1, 2) == D + 1)
    if numbers.powers:
        assert rank == flow.bound == numbers.upper.value


def _menger(setting: Setting) -> int:
    """The flow's value once more, on a graph built from the receptive fields."""
    network, graph = setting.network, nx.DiGraph()
    site, location = digit_count(network.M, 2), digit_count(network.channels[1] + 1, 2)
    graph.add_nodes_from("PQ")
    for at in network.places(1):
        graph.add_edge(("l", at, 0), ("l", at, 1), capacity=location)
        for where in receptive_field(network, 1, at):
            if setting.partition.side(where) == 0:
                graph.add_edge("P", ("s", where), capacity=site)
                graph.add_edge(("s", where), ("l", at, 0))
            else:
                graph.add_edge(("s", where), "Q", capacity=site)
                graph.add_edge(("l", at, 1), ("s", where))
    return int(nx.maximum_flow_value(graph, "P", "Q"))


@pytest.mark.parametrize(("D", "powers"), [(1, True), (2, False)])
def test_a_cut_that_is_not_the_flow_fails(D: int, powers: bool) -> None:
    numbers = cut_law.numbers_of(cut_law._setting(2, 4, None, 2, 2, D, "rows"), 2)
    assert numbers.powers is powers
    assert numbers.upper.separator
    assert cut_law.cut(numbers).status is Status.PASSED
    upper = numbers.upper
    for wrong in (
        replace(upper, value=upper.value * power(2, 1)),
        replace(upper, separator=upper.separator[1:]),
        UpperBound(power(2, 1), "the matrix's size"),
    ):
        assert cut_law.cut(replace(numbers, upper=wrong)).status is Status.FAILED
    fewer = replace(numbers.flow, routes=numbers.flow.routes[1:])
    taken = cut_law.cut(replace(numbers, flow=fewer))
    assert taken.status is (Status.FAILED if powers else Status.PASSED)


def test_the_equality_in_coq_is_cited_for_powers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """CutLaw.cut_law_exact needs M and D + 1 to be powers of b; cut_law_generic does not."""
    monkeypatch.setattr(kernel, "library_files", lambda: ())
    monkeypatch.setattr(kernel, "_load", lambda theorems, files: None)
    powers, rounded = (cut_law.cut_law(M=2, H=2, R=2, D=D, partition="rows") for D in (1, 2))
    assert "cut_law_generic, cut_law_exact" in powers.steps[-1].detail
    assert "cut_law_generic" in rounded.steps[-1].detail
    assert "cut_law_exact" not in rounded.steps[-1].detail
    assert powers.verified
    assert rounded.verified


def test_without_the_library_the_verdict_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel step is not run; nothing rests on it."""
    monkeypatch.setenv("CONVAC_FORMAL", "/nowhere")
    verdict = cut_law.cut_law(M=2, H=2, R=2, D=1, partition="rows")
    assert (verdict.steps[-1].name, verdict.steps[-1].status) == ("kernel", Status.NOT_RUN)
    assert verdict.verified
