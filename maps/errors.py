"""What callers of the map's builder act on."""

from core.errors import BrimfulError


class MapError(BrimfulError):
    """A map cannot be built; the text says why and what to do."""
