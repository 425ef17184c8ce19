"""Claims about one rank: decided both ways by computation, or left open."""

from __future__ import annotations

import pytest
from convac import Claim, Network, Powers, RankClaim, Status
from convac.graphs.partition_names import named
from convac.proofs.decide import decide


@pytest.mark.parametrize(
    ("relation", "value", "status"),
    [
        (">=", 16, Status.PASSED),
        (">=", 17, Status.FAILED),
        ("<=", 16, Status.PASSED),
        ("<=", 15, Status.FAILED),
        ("=", 16, Status.PASSED),
        ("=", 17, Status.FAILED),
        ("=", 15, Status.FAILED),
    ],
)
def test_claims_are_decided(relation: str, value: int, status: Status) -> None:
    network = Network(2, 4, layers="2/1:2,4/4:1")
    claim = Claim(relation, Powers(value))
    found = decide(RankClaim(network, named("left-right", 4, 4), "shared", claim))
    assert found.status is status
    assert "16" in found.detail


def test_an_open_claim_is_neither_passed_nor_failed() -> None:
    network = Network(2, 1, 6, layers="1x3/1:1,1x2/1x2:1,1x2/1x2:1,1x2/1x2:1")
    claim = Claim("=", Powers(6))
    found = decide(RankClaim(network, named("left-right", 1, 6), "shared", claim))
    assert found.status is Status.NOT_RUN
    large = Network(2, 64, layers="5/1:2,64/64:1")
    found = decide(RankClaim(large, named("left-right", 64, 64), "shared", claim))
    assert found.status is Status.NOT_RUN
