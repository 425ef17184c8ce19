"""The sizes and layers of a command: as they are given, or from a model's file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import MISSING, InputError

if TYPE_CHECKING:
    from ..proofs.setting import Setting
    from ..proofs.transcripts.model import Model

WORDS = ("M", "H", "W", "layers", "partition", "weights", "pooling")
INSTEAD = "or a model is needed, with --onnx"


def model_of(arguments: dict[str, Any]) -> Model | None:
    """Put the sizes and layers of the file of `--onnx` among the options, if there is one."""
    path: Path | None = arguments.pop("onnx")
    if path is None:
        if arguments["H"] is None:
            raise InputError("H", MISSING, INSTEAD)
        return None
    for name in ("H", "W", "layers"):
        if arguments[name] is not None:
            raise InputError(name, arguments[name], "the model of --onnx says it")
    from ..graphs.onnx_chain import read_chain
    from ..proofs.transcripts.model import Model

    chain = read_chain(path)
    _, arguments["H"], arguments["W"] = chain.shape
    arguments["layers"] = [read.layer for read in chain.layers]
    return Model(chain, arguments["M"])


def setting_of(arguments: dict[str, Any]) -> Setting:
    """Take the setting's words out of the options."""
    from ..proofs.setting import Setting

    if arguments["layers"] is None:
        raise InputError("layers", MISSING, INSTEAD)
    return Setting.read(**{word: arguments.pop(word) for word in WORDS if word in arguments})
