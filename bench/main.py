"""The ``brimful-bench`` command: one subcommand for each thing that is measured."""

import typer

from bench.api.command import api_command
from bench.days.command import days_command
from bench.decoding.command import decode_command
from bench.faults.command import faults_command
from bench.forecast.command import forecast_command
from bench.kim.command import kim_command
from bench.pictures.command import pictures_command
from bench.roads.command import roads_command
from bench.roads.drawing_command import malta_command
from bench.screens.command import screens_command
from bench.solvers.command import solvers_command
from bench.speed.command import speed_command
from bench.trust.command import trust_command
from bench.vrp.command import vrp_command

app = typer.Typer(
    name="brimful-bench",
    help="Measures Brimful: each figure beside what limits it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("api")(api_command)
app.command("days")(days_command)
app.command("decode")(decode_command)
app.command("faults")(faults_command)
app.command("forecast")(forecast_command)
app.command("kim")(kim_command)
app.command("solvers")(solvers_command)
app.command("malta")(malta_command)
app.command("pictures")(pictures_command)
app.command("roads")(roads_command)
app.command("screens")(screens_command)
app.command("speed")(speed_command)
app.command("trust")(trust_command)
app.command("vrp")(vrp_command)


@app.callback()
def _bench() -> None:
    """Keep the subcommand's name even while there is only one."""


def main() -> None:
    """Entry point of the console script."""
    app()
