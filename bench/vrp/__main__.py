"""``python -m bench.vrp FILE``."""

import typer

from bench.vrp.command import vrp_command

if __name__ == "__main__":
    typer.run(vrp_command)
