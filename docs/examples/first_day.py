"""Questions of a first day, asked from Python; each answer is asserted, and the file is typed strictly."""

from __future__ import annotations

import numpy as np
from convac import (
    Assignment,
    Network,
    Powers,
    check,
    checkerboard,
    exact_rank,
    generic_rank,
    rank_interval,
    singular_values,
    verify_bound,
)


def bounds_answer_before_anything_is_enumerated() -> None:
    """`convac rank` and `convac bound` at sizes of which no matrix is ever made."""
    for M, H, layers, partition, value in (
        (3, 16, "2/2:16,2/2:16,2/2:16,2/2:1", "checkerboard", Powers([(3, 128)])),
        (3, 8, "2/2:8,2/2:8,2/2:1", "rows", Powers([(3, 32)])),
        (3, 124, "3/1:2,124/124:1", "left-right", Powers([(3, 248)])),
    ):
        network = Network(M, H, layers=layers)
        assert rank_interval(network, partition).lower.value == value
        assert generic_rank(network, partition).exact
    report = generic_rank(Network(3, 8, layers="3/1:1,(2/2:1)*3"), "checkerboard")
    assert 2**32 <= report.lower.value <= report.upper.value <= 2 * 3**31


def numbers_are_numbers() -> None:
    """One number however it is written, equal to an int, and written over M in reports."""
    assert Powers([(4, 16)]) == Powers([(256, 4)]) == 2**32 == np.int64(2**32)
    assert Powers(9) < 10 < Powers(9) ** 2
    assert str(Powers([(4, 16)]).spelled(2)) == "2^32"
    assert f"{Powers(9).spelled(3):v}" == "3^2 = 9"
    report = generic_rank(Network(3, 4, layers="2/2:8,2/2:1"), "columns", weights="unshared")
    assert report.lower.value == 3**8


def a_verdict_is_a_condition() -> None:
    """True iff verified: a theorem that does not apply proves nothing."""
    assert verify_bound(M=2, H=4)
    assert not verify_bound(M=2, H=5)
    assert check(verify_bound(M=2, H=4).certificate())


def partitions_and_weights_of_ones_own() -> None:
    """Partitions by word, by seed or by site, and a trained network's exact rank in three lines."""
    network = Network(2, 4, layers="3/1:2,4/4:1")
    assert rank_interval(network, checkerboard(4)).exact
    assert (
        rank_interval(network, "random:7").partition == rank_interval(network, "random:7").partition
    )
    source = np.random.default_rng(0)
    weights = [source.normal(size=(2, 2, 3, 3)), source.normal(size=(1, 2, 4, 4))]
    biases = [source.normal(size=(2, 3, 3)), source.normal(size=(1, 4, 4))]
    trained = Assignment.from_arrays(network, weights, biases, denominator=1000)
    assert exact_rank(trained, "left-right").rank == 2**8
    assert singular_values(trained, "left-right", with_rank=True).rank == 2**8


if __name__ == "__main__":
    bounds_answer_before_anything_is_enumerated()
    numbers_are_numbers()
    a_verdict_is_a_condition()
    partitions_and_weights_of_ones_own()
