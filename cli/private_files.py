"""Files that others must not read: written whole or not at all, never readable in between."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from core.errors import InvalidInputError

ONLY_OWNER = 0o600
OWNER_AND_GROUP = 0o640
"""For the broker, where it runs as another user: the folder gives its files that user's group."""
EVERYONE = 0o644


def write_private(path: Path, content: bytes, *, mode: int = ONLY_OWNER) -> None:
    """Put a file in place in one step, with its mode from the first byte on.

    Raises InvalidInputError where the folder does not take it.
    """
    try:
        # made with 0600; beside the target, so that the replacement is one step
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), mode)
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise InvalidInputError(f"{path}: cannot be written: {error.strerror}") from error


def write_if_new(path: Path, content: bytes, *, mode: int = ONLY_OWNER) -> bool:
    """Write a file unless it holds just that already; tell whether it was written."""
    if read(path) == content:
        return False
    write_private(path, content, mode=mode)
    return True


def read(path: Path) -> bytes | None:
    """Return a file's content; None where there is none. Raises InvalidInputError."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InvalidInputError(f"{path}: cannot be read: {error.strerror}") from error
