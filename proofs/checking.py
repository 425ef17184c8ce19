"""Certificates checked from Python: the independent checker's verdict as a value (docs/certificate.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError
from . import checker


@dataclass(frozen=True)
class Checked:
    """What the checker says of a certificate; true iff it is valid.

    Attributes
    ----------
    status : "VALID", "INVALID", "UNREADABLE" or "COULD NOT FINISH"
    message : str
        The claim with its lemmas, or the first thing that is wrong.
    """

    status: str
    message: str

    @property
    def valid(self) -> bool:
        """Whether the evidence proves the claim."""
        return self.status == checker.WORDS[0]

    def __bool__(self) -> bool:
        return self.valid

    def __str__(self) -> str:
        return f"{self.status}: {self.message}"


def check(certificate: Mapping[str, Any] | Path | str) -> Checked:
    """Check a certificate by `proofs/checker.py`, which recomputes all that the claim rests on.

    Parameters
    ----------
    certificate : mapping, Path or str
        As `certificate()` gives it, or the path of a file. What is wrong with either is part of the answer.

    Raises
    ------
    InputError
        If it is none of these.

    Examples
    --------
    >>> from convac import verify_bound
    >>> certificate = verify_bound(M=2, H=4).certificate()
    >>> print(str(check(certificate)).partition(";")[0])
    VALID: rank = 2^8 for almost all real parameters with shared weights
    >>> certificate["claim"]["value"] = [["2", 9]]
    >>> check(certificate).valid
    False
    """
    if isinstance(certificate, Mapping):
        return _of(*checker.verdict_on(json.dumps(certificate).encode("utf-8")))
    if isinstance(certificate, Path | str):
        return _of(*checker.verdict(str(certificate)))
    raise InputError("certificate", certificate, "a mapping or the path of a file is needed")


def _of(status: int, line: str) -> Checked:
    word = checker.WORDS[status]
    return Checked(word, line.removeprefix(f"{word}: "))
