"""Where the benches print: a pipe or a file has no width that numbers could be cut to."""

from rich.console import Console

FILE_WIDTH = 200


def table_console(*, stderr: bool = False) -> Console:
    """Return a console as wide as the terminal, or wide enough where there is none."""
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=FILE_WIDTH)
