"""``python -m bench.forecast FILE.csv --json``."""

import typer

from bench.forecast.command import forecast_command

if __name__ == "__main__":
    typer.run(forecast_command)
