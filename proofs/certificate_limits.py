"""What can be written as a certificate: what the checker reads (docs/certificate.md, "Limits")."""

from __future__ import annotations

import json
from typing import Any

from ..errors import InputError, ResourceError
from . import checker


def require_readable(document: dict[str, Any]) -> dict[str, Any]:
    """The document, which the checker's own first pass finds to be of the format and within its limits.

    Raises
    ------
    InputError
        If a number is out of the ranges of the format, such as a seed past 2^53 - 1.
    ResourceError
        If the document is past a limit.
    """
    try:
        checker.limit(len(json.dumps(document)), checker.FILE_BYTES, "bytes")
        checker.readable(document)
    except checker.Refused as refused:
        status, message = refused.args
        if status == checker.LARGE:
            raise ResourceError(f"no certificate, which would hold {message}") from None
        allowed = "a certificate holds what docs/certificate.md allows"
        raise InputError("certificate", message.removeprefix("the file: "), allowed) from None
    return document
