"""Whatever the program writes as a certificate, the checker reads; what it could not read is refused."""

from __future__ import annotations

from typing import Any

import pytest
from convac import (
    InputError,
    Layer,
    Network,
    ResourceError,
    from_sites,
    generic_rank,
    left_right,
    rank_at_parameters,
    verify_bound,
)
from convac.algebra.rings import QQ
from convac.proofs import certificate_limits, checker, evidence
from convac.proofs.generic_rank import RankReport
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import assignments, networks, partitions


def status(document: dict[str, Any]) -> int:
    """The checker's exit status for the bytes that are written."""
    try:
        checker.check(checker.read(evidence.text(document).encode()))
    except checker.Refused as refused:
        return int(refused.args[0])
    return 0


def written(report: RankReport) -> dict[str, Any] | str:
    """The certificate, or why there is none."""
    try:
        return report.certificate()
    except (InputError, ResourceError) as error:
        return str(error)


seeds = st.one_of(
    st.integers(0, 9),
    st.integers(2**53 - 3, 2**53 + 3),
    st.integers(0, 2**80),
)


@settings(max_examples=60, deadline=None)
@given(st.data(), networks(), seeds, st.sampled_from(["shared", "unshared"]))
def test_what_is_written_is_read(
    data: st.DataObject, network: Network, seed: int, weights: str
) -> None:
    partition = data.draw(partitions(network))
    report = generic_rank(network, partition, weights=weights, seed=seed)
    if max(report.ranks).is_zero:
        return
    found = written(report)
    if isinstance(found, str):
        assert seed >= 2**53
        assert "seed is no integer" in found
    else:
        assert seed < 2**53 or not found["evidence"]["random minor"]
        assert status(found) == 0


@st.composite
def unusual(draw: st.DrawFn) -> Network:
    """Many layers, or one template on many sites."""
    if draw(st.booleans()):
        depth = draw(st.sampled_from([30, 63, 64, 65, 80]))
        layers = [Layer(1, 1, 1)] * (depth - 1) + [Layer((1, 2), (1, 2), 1)]
        return Network(2, 1, 2, layers=layers)
    H, W = draw(st.integers(1, 12)), draw(st.integers(6, 40))
    return Network(1, H, W, layers=[Layer((1, 2), (1, 2), 2), Layer((H, W), (H, W), 1)])


@settings(max_examples=25, deadline=None)
@given(st.data(), unusual())
def test_many_layers_and_sites(data: st.DataObject, network: Network) -> None:
    sites = [(r, c) for r in range(network.H) for c in range(network.W)]
    side = data.draw(st.sets(st.sampled_from(sites), max_size=20))
    report = generic_rank(network, from_sites(network.H, network.W, sorted(side)))
    found = written(report)
    if isinstance(found, str):
        assert len(network.layers) > 64
        assert "64 layers" in found
    else:
        assert len(network.layers) <= 64
        assert status(found) == 0


@settings(max_examples=30, deadline=None)
@given(st.data(), networks())
def test_weights_with_long_denominators(data: st.DataObject, network: Network) -> None:
    point = data.draw(assignments(network, QQ))
    report = rank_at_parameters(point, data.draw(partitions(network)))
    if not report.lower.value.is_zero:
        assert status(report.certificate()) == 0


def test_the_seeds_at_the_limit() -> None:
    network = Network(2, 2, layers="2/1:2,2/2:1")
    assert status(generic_rank(network, left_right(2), seed=2**53 - 1).certificate()) == 0
    with pytest.raises(InputError, match=r"random minor 0: seed is no integer .*9007199254740992"):
        generic_rank(network, left_right(2), seed=2**53).certificate()


def test_what_is_past_a_limit_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    document = verify_bound(M=2, H=4).certificate()
    assert certificate_limits.require_readable(document) is document
    monkeypatch.setattr(checker, "FILE_BYTES", 1000)
    with pytest.raises(ResourceError, match="more than 1000 bytes"):
        verify_bound(M=2, H=4).certificate()
    monkeypatch.undo()
    monkeypatch.setattr(checker, "STEPS", 20_000)
    with pytest.raises(ResourceError, match="more than 20000 steps"):
        verify_bound(M=2, H=4).certificate()
