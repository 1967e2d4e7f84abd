"""What callers of the road engine act on."""

from core.errors import BrimfulError


class RoadsError(BrimfulError):
    """Roads cannot be had; the text says why and what to do. Straight lines are the last resort."""


class RoadsUnavailableError(RoadsError):
    """The road server does not answer; trying again may help."""
