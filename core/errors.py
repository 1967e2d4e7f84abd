"""Errors a caller acts on. Everything else is a bug and may fall through to the top."""


class BrimfulError(Exception):
    """Something the person at the keyboard or on the phone can mend; the text says how."""


class NotFoundError(BrimfulError):
    """The named thing does not exist, or not for this caller."""


class ConflictError(BrimfulError):
    """The request contradicts what is already stored."""


class InvalidInputError(BrimfulError):
    """The input is wrong; the text says what, where and what to do."""


class DatabaseUnavailableError(BrimfulError):
    """The database cannot be reached, went away or is out of room; trying again may help."""


class StorageRefusedError(BrimfulError):
    """The database refuses this data whatever happens; trying again does not help."""
