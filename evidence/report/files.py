"""Puts a report's files into a folder, each whole or not at all."""

import json
from collections.abc import Mapping
from pathlib import Path

from core.errors import InvalidInputError
from core.json_values import as_text


def write_files(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write texts by file name and return the paths; what stood there is replaced.

    Raises InvalidInputError when that cannot be done.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, text in files.items():
            path = folder / name
            beside = folder / f".{name}.new"
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
            written.append(path)
    except OSError as error:
        raise InvalidInputError(f"{folder}: cannot be written: {error.strerror}") from error
    return written


def json_text(document: object) -> str:
    """Return a document as JSON for people and programs; no number in it is infinite."""
    return json.dumps(document, indent=2, default=as_text, allow_nan=False) + "\n"
