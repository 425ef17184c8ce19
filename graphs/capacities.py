"""Capacities of searches for separating sets: logarithms of what vertices count, rounded.

They decide what is found, never what it counts.
"""

from __future__ import annotations

from math import lgamma, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .flow_network import LARGEST

FAR = 2**40
"""Beyond, a difference of logarithms of factorials has no digit left."""
SCALE = 10**6
"""Of capacities: logarithms are rounded to six digits where the flows of the search leave room for them."""


def log_monomials(D: int, k: int) -> float:
    """log C(D + k, k), about: the number of monomials of degree at most k in D variables.

    >>> round(log_monomials(3, 2), 6) == round(log(10), 6)
    True
    >>> round(log_monomials(2, 10**400), 6) == round(log(10**800 // 2), 6)
    True
    """
    few, many = sorted((D, k))
    if many > FAR:
        return few * log(many) - lgamma(few + 1)
    return lgamma(D + k + 1) - lgamma(D + 1) - lgamma(k + 1)


def sizes(D: int, degrees: NDArray[Any]) -> NDArray[np.float64]:
    """`log_monomials` of each degree.

    >>> sizes(1, np.array([0, 1, 1, 3])).round(6).tolist()
    [0.0, 0.693147, 0.693147, 1.386294]
    """
    different, which = np.unique(degrees, return_inverse=True)
    found = [log_monomials(D, int(k)) for k in different.tolist()]
    return np.array(found, np.float64)[which]


def rounded(given: NDArray[np.float64]) -> NDArray[np.int64]:
    """Capacities in proportion, whose sum fits a flow; each at least 1."""
    scale = min(SCALE, int((LARGEST - len(given)) / (1 + given.sum()) / 2))
    return np.maximum(1, np.rint(scale * given)).astype(np.int64)
