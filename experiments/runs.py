"""The file of a run: written whole or not at all, and checked when it is read.

A run is named by its network and seed; its file holds what was trained, how, with which versions, and what
came out, with a hash of all of it. A file that does not fit is refused, never used and never replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from convac import InputError
from convac.files import read_json, write_atomically

from .architectures import Architecture

FORMAT = "convac-training-run/1"
VERSIONS = ("jax", "jaxlib", "mnist1d", "numpy", "optax", "scikit-learn")


@dataclass(frozen=True)
class Schedule:
    """How long to train, and the largest rate.

    Adam, gradients clipped to norm 1; the rate rises for a tenth of the steps, and falls to 0 as a cosine.
    """

    epochs: int
    batch: int
    rate: float


@dataclass(frozen=True)
class Outcome:
    """Accuracies in the end, the mean loss of the last epoch, and the steps left out as not finite."""

    training: float
    test: float
    loss: float
    skipped: int


@dataclass(frozen=True)
class Run:
    """A network, a schedule and a seed."""

    architecture: Architecture
    schedule: Schedule
    seed: int

    def path(self, folder: Path) -> Path:
        """Its file."""
        return folder / f"{self.architecture.name}-seed{self.seed}.json"

    def write(self, folder: Path, outcome: Outcome) -> None:
        """Its file, atomically."""
        document = self._asked() | {
            "parameters": self.architecture.model.parameters,
            "outcome": asdict(outcome),
            "versions": {name: version(name) for name in VERSIONS},
        }
        document["sha256"] = _hash(document)
        write_atomically(self.path(folder), json.dumps(document, indent=1) + "\n")

    def read(self, folder: Path) -> Outcome | None:
        """What came out, None if it was not run.

        Raises
        ------
        InputError
            If the file is no run, was changed, or is of a run with another schedule.
        """
        path = self.path(folder)
        if not path.exists():
            return None
        document = read_json(str(path), "run")
        if not isinstance(document, dict) or document.pop("sha256", None) != _hash(document):
            raise InputError(
                "run", str(path), "it was changed or is no run; delete it to train again"
            )
        asked = self._asked()
        for key, wanted in asked.items():
            if document.get(key) != wanted:
                said = f"it has {key} {document.get(key)}, and {wanted} is asked for"
                raise InputError("run", str(path), f"{said}; take another folder, or delete it")
        return Outcome(**document["outcome"])

    def _asked(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "architecture": asdict(self.architecture),
            "layers": self.architecture.layers,
            "schedule": asdict(self.schedule),
            "seed": self.seed,
        }


def _hash(document: dict[str, Any]) -> str:
    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def missing(runs: Iterable[Run], folder: Path) -> Iterator[Run]:
    """The runs without a file, after all files that are there were read."""
    found = [(run, run.read(folder)) for run in runs]
    return (run for run, outcome in found if outcome is None)
