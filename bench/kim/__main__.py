"""``python -m bench.kim FILE``."""

import typer

from bench.kim.command import kim_command

if __name__ == "__main__":
    typer.run(kim_command)
