"""A CSV file that somebody gives to a command, as the lines that csv reads."""

from pathlib import Path

from core.errors import InvalidInputError

FILE_MAX_BYTES = 20_000_000


def csv_lines(file: Path) -> list[str]:
    """Return the lines of a CSV file; raises InvalidInputError for one that cannot be read."""
    try:
        if file.stat().st_size > FILE_MAX_BYTES:
            raise InvalidInputError(f"{file}: is larger than {FILE_MAX_BYTES:,} bytes: part it")
        return file.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except OSError as error:
        raise InvalidInputError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{file}: is not UTF-8 (byte {error.start}): save it as CSV UTF-8"
        ) from error
