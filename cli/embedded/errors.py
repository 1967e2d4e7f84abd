"""The one error of the embedded services."""

from typing import Final

from core.errors import BrimfulError

NOT_INSTALLED: Final = 'the embedded services are not installed: pip install "brimful[embedded]"'


class EmbeddedError(BrimfulError):
    """An embedded service cannot be had; the message says why and what to do."""
